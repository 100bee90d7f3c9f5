import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type Certificate, CertificateError, curveOf, parseCertificate, parseCertificatePem } from '@tegata/x509';

/** A file that somebody gave. */
export interface MaterialFile {
  /** for messages */
  readonly name: string;
  readonly octets: Uint8Array;
}

/** A certificate or private key with the file it came from. */
export type Material =
  | { readonly file: string; readonly certificate: Certificate }
  | { readonly file: string; readonly privateKey: KeyObject };

/** Material that can't be taken. The message is a sentence that names the file. */
export class MaterialError extends Error {
  readonly file: string;

  constructor(file: string, sentence: string, options?: ErrorOptions) {
    super(`${file}: ${sentence}`, options);
    this.name = 'MaterialError';
    this.file = file;
  }
}

/**
 * Reads certificates and private keys: PEM with any number of them, or DER of one; keys in PKCS #8 or SEC 1.
 *
 * @param passphrase of encrypted PEM keys
 * @throws MaterialError
 */
export function readMaterial({ name, octets }: MaterialFile, passphrase?: string): readonly Material[] {
  return isPem(octets) ? readPem(name, Buffer.from(octets).toString('latin1'), passphrase) : [readDer(name, octets)];
}

const isPem = (octets: Uint8Array) => Buffer.from(octets).includes('-----BEGIN ');

function readPem(file: string, text: string, passphrase: string | undefined): Material[] {
  // What is inside may have hyphens: the header fields of an encrypted SEC 1 key name a cipher (DEK-Info: AES-128-CBC).
  const blocks = text.match(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g) ?? [];
  const material = blocks.flatMap((block): Material[] => {
    if (block.startsWith('-----BEGIN EC PARAMETERS')) return [];
    if (block.startsWith('-----BEGIN CERTIFICATE-----')) {
      return explaining(file, () => parseCertificatePem(block)).map((certificate) => ({ file, certificate }));
    }
    if (!/^-----BEGIN (EC |ENCRYPTED )?PRIVATE KEY-----/.test(block)) return [];
    const key = { key: block, format: 'pem' as const, ...(passphrase !== undefined && { passphrase }) };
    return [{ file, privateKey: privateKeyOf(file, () => createPrivateKey(key)) }];
  });
  if (material.length === 0) throw new MaterialError(file, 'holds neither a certificate nor a private key.');
  return material;
}

function readDer(file: string, octets: Uint8Array): Material {
  for (const type of ['pkcs8', 'sec1'] as const) {
    try {
      const privateKey = createPrivateKey({ key: Buffer.from(octets), format: 'der', type });
      return { file, privateKey: privateKeyOf(file, () => privateKey) };
    } catch (error) {
      if (error instanceof MaterialError) throw error;
      // Not that: the next form.
    }
  }
  return { file, certificate: explaining(file, () => parseCertificate(octets)) };
}

function privateKeyOf(file: string, read: () => KeyObject): KeyObject {
  try {
    const key = read();
    curveOf(createPublicKey(key));
    return key;
  } catch (cause) {
    const reason =
      cause instanceof CertificateError
        ? 'the private key is on neither P-256 nor brainpoolP256r1.'
        : 'the private key can not be read; it is damaged, or its passphrase is missing or another one.';
    throw new MaterialError(file, reason, { cause });
  }
}

function explaining<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof CertificateError)) throw cause;
    throw new MaterialError(file, `not a certificate for remote SIM provisioning: ${cause.reason}.`, { cause });
  }
}
