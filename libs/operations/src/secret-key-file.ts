import { hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LocalKeyEncryptionKey, Vault } from '@tegata/database';

/** The secrets of a server that stand in one key file. */
export interface ServerSecrets {
  /** Encrypts what must not be readable in the database. */
  readonly vault: Vault;
  /** A key of 32 octets for one purpose, derived from the file's. */
  readonly keyFor: (purpose: string) => Uint8Array;
}

/**
 * Reads a server's key file: 32 octets, which no key is used of directly.
 * @throws RangeError when the file has another length.
 */
export function readSecretKeyFile(file: string): ServerSecrets {
  const key = readFileSync(file);
  if (key.length !== 32) throw new RangeError(`${file} must hold a key of 32 octets`);
  const keyFor = (purpose: string) =>
    new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), `tegata ${purpose}`, 32));
  return { vault: new Vault({ current: new LocalKeyEncryptionKey('file-1', keyFor('vault')) }), keyFor };
}
