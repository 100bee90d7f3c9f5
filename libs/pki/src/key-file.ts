import { createCipheriv, createPrivateKey, type KeyObject, pbkdf2Sync, randomBytes } from 'node:crypto';
import { elements } from '@tegata/x509';
import forge from 'node-forge';

const { embedded, integer, octetString, oid, sequence, toDer } = elements;

/** PBES2 (RFC 8018): PBKDF2 with HMAC-SHA256, then AES-256-CBC. */
const scheme = {
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  hmacWithSha256: '1.2.840.113549.2.9',
  aes256Cbc: '2.16.840.1.101.3.4.1.42',
  iterations: 600_000,
} as const;

/**
 * PEM of a private key: PKCS#8, encrypted when there is a passphrase.
 *
 * node-forge writes the structure; key derivation and cipher are node:crypto's, which has no way to ask for as many
 * iterations as are due today.
 */
export function privateKeyPem(privateKey: KeyObject, passphrase?: string): string {
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  if (passphrase === undefined) return pem('PRIVATE KEY', pkcs8);
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(passphrase, salt, scheme.iterations, 32, 'sha256'), iv);
  const encrypted = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  const nothing = embedded(Uint8Array.of(0x05, 0x00));
  const derivation = sequence(
    oid(scheme.pbkdf2),
    sequence(octetString(salt), integer(scheme.iterations), integer(32), sequence(oid(scheme.hmacWithSha256), nothing)),
  );
  const encryption = sequence(oid(scheme.aes256Cbc), octetString(iv));
  const info = sequence(sequence(oid(scheme.pbes2), sequence(derivation, encryption)), octetString(encrypted));
  return pem('ENCRYPTED PRIVATE KEY', toDer(info));
}

function pem(type: string, der: Uint8Array): string {
  return forge.pem
    .encode({ type, body: Buffer.from(der).toString('latin1') }, { maxline: 64 })
    .replaceAll('\r\n', '\n');
}

/**
 * The key of a PEM text, PKCS#8 or SEC 1.
 *
 * @param passphrase not looked at when the key is not encrypted
 * @throws Error of node:crypto when damaged, or when the passphrase is wrong or missing
 */
export function readPrivateKeyPem(text: string, passphrase?: string): KeyObject {
  return createPrivateKey({ key: text, format: 'pem', ...(passphrase !== undefined && { passphrase }) });
}
