import type { AuthenticationContext } from '../context.ts';
import type { EvidenceGrade, ExaminedEvidence } from '../evidence/evidence-kind.ts';
import type { IdentityReference } from '../generated/client.ts';

/** What is kept of an accepted identity for as long as its certificate is in force, so that it can move to another device. */
export interface KeptReference {
  /** 128 numbers, and the models that made them */
  readonly descriptor: readonly number[];
  readonly models: string;
  /** the document's portrait, cut out: JPEG */
  readonly portrait: Uint8Array;
  /** by what evidence, and when, the identity was verified with documents */
  readonly grade: EvidenceGrade;
  readonly verifiedAt: Date;
}

const row = (serialNumber: string) => `identity_reference:${serialNumber}:reference`;

/** Encrypts a reference for the row of a certificate. */
export function sealReference(
  { vault }: Pick<AuthenticationContext, 'vault'>,
  serialNumber: string,
  { portrait, verifiedAt, ...kept }: KeptReference,
): Promise<Uint8Array<ArrayBuffer>> {
  const json = { ...kept, portrait: Buffer.from(portrait).toString('base64'), verifiedAt: verifiedAt.toISOString() };
  return vault.seal(row(serialNumber), Buffer.from(JSON.stringify(json)));
}

/** Opens a stored reference. */
export async function openReference(
  { vault }: Pick<AuthenticationContext, 'vault'>,
  { serialNumber, reference }: Pick<IdentityReference, 'serialNumber' | 'reference'>,
): Promise<KeptReference> {
  const json = Buffer.from(await vault.open(row(serialNumber), reference)).toString('utf8');
  const { portrait, verifiedAt, ...kept } = JSON.parse(json) as Omit<KeptReference, 'portrait' | 'verifiedAt'> & {
    portrait: string;
    verifiedAt: string;
  };
  return { ...kept, portrait: Buffer.from(portrait, 'base64'), verifiedAt: new Date(verifiedAt) };
}

/**
 * What is to be kept of accepted evidence: of an earlier verification what was kept of it, so that the face never drifts from that of
 * the document; else made of the document's portrait. Undefined where nothing is kept.
 * @throws EkycError
 */
export async function referenceFor(
  { config, engine, clock }: Pick<AuthenticationContext, 'config' | 'engine' | 'clock'>,
  { portrait, earlier }: Pick<ExaminedEvidence, 'portrait' | 'earlier'>,
  grade: EvidenceGrade,
): Promise<KeptReference | undefined> {
  if (!portrait || config.deviceChange === 'off') return undefined;
  if (portrait.reference && earlier) {
    return { ...portrait.reference, portrait: portrait.picture, grade, verifiedAt: earlier.verifiedAt };
  }
  const made = await engine.makeReference(portrait.picture, { documentKind: portrait.kind });
  return { ...made, grade, verifiedAt: clock() };
}
