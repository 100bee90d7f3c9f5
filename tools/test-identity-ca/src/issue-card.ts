import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestPerson } from '@tegata/public-key-identity/testing';
import { type CaFolder, CaFolderError } from './ca-folder.ts';

/** Files of a card in a folder: the certificate for signatures, and its key under the PIN. */
export const cardFiles = { certificate: 'signature-certificate.cer', key: 'signature-key.pem' } as const;

/**
 * Issues a certificate for signatures, and writes it as the terminal reads it with `--public-key`.
 * @returns its serial number
 * @throws CaFolderError for a PIN that no card has
 */
export function issueCard(folder: CaFolder, person: TestPerson, pin: string, out: string, at: Date): number {
  if (!/^[A-Z0-9]{6,16}$/.test(pin)) throw new CaFolderError('a PIN has 6 to 16 capital letters and digits');
  const serialNumber = folder.nextSerialNumber();
  const { certificate, signer } = folder.ca.issue(person, serialNumber, at);
  mkdirSync(out, { recursive: true, mode: 0o700 });
  const key = signer.privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: pin });
  writeFileSync(join(out, cardFiles.certificate), certificate, { mode: 0o600 });
  writeFileSync(join(out, cardFiles.key), key, { mode: 0o600 });
  folder.add({ serialNumber, name: person.name });
  return serialNumber;
}
