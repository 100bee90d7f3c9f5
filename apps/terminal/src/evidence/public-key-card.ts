import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { join } from 'node:path';
import type { PublicKeyIdentity } from '@tegata/contracts/authentication-v1';
import { type IdentityStatement, statementOctets } from '@tegata/public-key-identity';
import { TerminalError } from '../terminal-error.ts';
import { readLimited } from './picture-file.ts';

/** Files of a card in a folder, and the most octets of each that are read. */
const files = {
  certificate: ['signature-certificate.cer', 16_384],
  key: ['signature-key.pem', 16_384],
} as const;

const read = (directory: string, [name, most]: readonly [string, number]) =>
  Buffer.from(readLimited(join(directory, name), most));

/**
 * Looks whether the card opens with this PIN, before a contract is applied for.
 * Errors: PUBLIC_KEY_PIN_NEEDED, PUBLIC_KEY_PIN_WRONG, and those of readLimited.
 */
export function checkPublicKeyCard(directory: string, pin: string | undefined): void {
  read(directory, files.certificate);
  openKey(directory, pin);
}

/** S11: the card signs the statement of this contract. Errors of checkPublicKeyCard. */
export function signWithCard(
  directory: string,
  pin: string | undefined,
  statement: IdentityStatement,
): PublicKeyIdentity {
  const signature = sign('sha256', statementOctets(statement), openKey(directory, pin));
  return { certificate: read(directory, files.certificate), signature, nonce: Buffer.from(statement.nonce) };
}

/** The key in a file is what a card does not give away. As there, nothing goes without the PIN. */
function openKey(directory: string, pin: string | undefined): KeyObject {
  const key = read(directory, files.key);
  if (pin === undefined || pin === '') {
    throw new TerminalError('invalid', 'PUBLIC_KEY_PIN_NEEDED', 'The PIN of the card is needed to sign.');
  }
  try {
    return createPrivateKey({ key, passphrase: pin });
  } catch (cause) {
    throw new TerminalError('denied', 'PUBLIC_KEY_PIN_WRONG', 'The card does not sign with this PIN.', { cause });
  }
}
