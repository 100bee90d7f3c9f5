import type { AuthenticationContext } from '../context.ts';
import type { EvidenceReading } from '../evidence/evidence-kind.ts';

const binding = (id: string) => `verification:${id}:reading`;

/** What was read from documents, encrypted for the row of their verification. */
export function sealReading(
  { vault }: Pick<AuthenticationContext, 'vault'>,
  id: string,
  reading: EvidenceReading,
): Promise<Uint8Array<ArrayBuffer>> {
  return vault.seal(binding(id), Buffer.from(JSON.stringify(reading), 'utf8'));
}

/** The same, opened. */
export async function openReading(
  { vault }: Pick<AuthenticationContext, 'vault'>,
  id: string,
  sealed: Uint8Array,
): Promise<EvidenceReading> {
  return JSON.parse(Buffer.from(await vault.open(binding(id), sealed)).toString('utf8')) as EvidenceReading;
}
