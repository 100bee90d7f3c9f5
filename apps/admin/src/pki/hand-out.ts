import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listMaterial, REVOCATIONS_FILE } from '@tegata/pki';
import { putFile } from '../durable-file.ts';
import { AdminError } from '../network.ts';
import type { DeployedServer } from './deployed-servers.ts';

/** What a server was given. */
export interface HandOutReport {
  readonly server: string;
  readonly folder: string;
  readonly keys: number;
  readonly certificates: number;
}

/**
 * Copies to each server's folder what it needs of a PKI (`<folder>/pki`): its own keys with their certificates, and the certificates
 * of others it believes; of imported sets alike. Repeating it brings certificates that were issued anew.
 *
 * @param from folder of the PKI, made by `ensurePki`
 * @param directory a folder per server is made in it
 * @throws AdminError PKI_INCOMPLETE when the PKI has not what a server needs.
 */
export async function handOut(
  from: string,
  directory: string,
  servers: readonly DeployedServer[],
): Promise<readonly HandOutReport[]> {
  const reports: HandOutReport[] = [];
  const imported = (await listMaterial(from))
    .map(({ entry }) => entry)
    .filter((entry) => entry.startsWith('rsp/sets/'));
  for (const { name, folder, ...planned } of servers) {
    const to = join(directory, folder, 'pki');
    const keys = [...planned.keys, ...imported.filter((entry) => ownsImported(name, entry))];
    const certificates = [...planned.certificates, ...imported.filter((entry) => believesImported(name, entry))];
    const entries = [...keys, ...certificates];
    for (const entry of keys) await copy(from, to, join(entry, 'key.pem'), 0o600);
    for (const entry of entries) await copy(from, to, join(entry, 'certificate.pem'), 0o644);
    for (const entry of entries) await copyIfThere(from, to, join(entry, REVOCATIONS_FILE));
    reports.push({ server: name, folder: to, keys: keys.length, certificates: entries.length });
  }
  return reports;
}

/** Whether the private key of an imported entry is this server's: its own certificates, and eUICCs for the terminal. */
function ownsImported(server: string, entry: string): boolean {
  const [, , , kind, owner] = entry.split('/');
  if (kind === 'euicc') return server === 'terminal';
  return kind === 'servers' && (server === 'relay' ? owner === 'relay' : server === `management/${owner}`);
}

/** Whether this server needs an imported certificate alone: everybody the CIs, the terminal the EUMs of its eUICC. */
function believesImported(server: string, entry: string): boolean {
  const [, , , kind] = entry.split('/');
  return (kind === 'ci' && server !== 'operators') || (kind === 'eum' && server === 'terminal');
}

/** Only CIs of sets have a revocation list, and not all of them. */
async function copyIfThere(from: string, to: string, file: string): Promise<void> {
  if (existsSync(join(from, file))) await copy(from, to, file, 0o644);
}

async function copy(from: string, to: string, file: string, mode: number): Promise<void> {
  const octets = await readFile(join(from, file)).catch((cause: unknown) => {
    throw new AdminError(
      'PKI_INCOMPLETE',
      `The PKI in ${from} has no readable ${file}.`,
      'Bring it up to the plan with `tegata-admin pki create`.',
      { cause },
    );
  });
  await putFile(join(to, file), octets, mode);
}
