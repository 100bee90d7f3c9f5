import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { putNewFile } from '../durable-file.ts';
import { AdminError } from '../network.ts';
import type { DeployedServer } from './deployed-servers.ts';

/** Octets of a vault key file (`TEGATA_VAULT_KEY_FILE`). */
const KEY_OCTETS = 32;

/** The key file of a server, and whether it was made now. */
export interface VaultKeyReport {
  readonly server: string;
  readonly file: string;
  readonly state: 'created' | 'present';
}

/**
 * Makes the key file of every server that has none. A key that is there is never replaced: without it, what it encrypted is lost.
 *
 * @param directory a folder per server is in it; the file is `<folder>/vault.key`, 32 random octets, mode 0600
 * @throws AdminError VAULT_KEY_DAMAGED for a file of another length.
 */
export async function ensureVaultKeys(
  directory: string,
  servers: readonly DeployedServer[],
  random: (octets: number) => Uint8Array,
): Promise<readonly VaultKeyReport[]> {
  const reports: VaultKeyReport[] = [];
  for (const { name, folder } of servers.filter(({ hasVaultKey }) => hasVaultKey)) {
    const file = join(directory, folder, 'vault.key');
    const created = await putNewFile(file, random(KEY_OCTETS), 0o600);
    const { size } = await stat(file);
    if (size !== KEY_OCTETS) {
      throw new AdminError(
        'VAULT_KEY_DAMAGED',
        `${file} has ${size} octets, not ${KEY_OCTETS}.`,
        'Put the right file back: what it encrypted can not be read with another.',
      );
    }
    reports.push({ server: name, file, state: created ? 'created' : 'present' });
  }
  return reports;
}
