import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import {
  type Certificate,
  CertificateError,
  type CertificateRevocationList,
  curveOf,
  parseCertificate,
  parseCertificatePem,
  parseRevocationList,
} from '@tegata/x509';

/** A file that somebody gave. */
export interface MaterialFile {
  /** for messages */
  readonly name: string;
  readonly octets: Uint8Array;
}

/** A certificate, private key or revocation list with the file it came from. */
export type Material =
  | { readonly file: string; readonly certificate: Certificate }
  | { readonly file: string; readonly privateKey: KeyObject }
  | { readonly file: string; readonly revocationList: CertificateRevocationList };

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
 * Reads certificates, private keys and revocation lists: PEM with any number of them, or DER of one; keys in PKCS #8 or SEC 1.
 *
 * @param passphrase of encrypted keys
 * @throws MaterialError
 */
export function readMaterial({ name, octets }: MaterialFile, passphrase?: string): readonly Material[] {
  return isPem(octets)
    ? readPem(name, Buffer.from(octets).toString('latin1'), passphrase)
    : [readDer(name, octets, passphrase)];
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
    if (block.startsWith('-----BEGIN X509 CRL-----')) {
      const der = Buffer.from(block.replaceAll(/-----[^-]+-----/g, ''), 'base64');
      return [{ file, revocationList: explaining(file, () => parseRevocationList(der)) }];
    }
    if (!/^-----BEGIN (EC |ENCRYPTED )?PRIVATE KEY-----/.test(block)) return [];
    const key = { key: block, format: 'pem' as const, ...(passphrase !== undefined && { passphrase }) };
    return [{ file, privateKey: privateKeyOf(file, () => createPrivateKey(key)) }];
  });
  if (material.length === 0)
    throw new MaterialError(file, 'holds no certificate, no private key and no revocation list.');
  return material;
}

function readDer(file: string, octets: Uint8Array, passphrase: string | undefined): Material {
  for (const type of ['pkcs8', 'sec1'] as const) {
    const key = {
      key: Buffer.from(octets),
      format: 'der',
      type,
      ...(passphrase !== undefined && { passphrase }),
    } as const;
    try {
      const privateKey = createPrivateKey(key);
      return { file, privateKey: privateKeyOf(file, () => privateKey) };
    } catch (error) {
      if (isLocked(error)) return { file, privateKey: privateKeyOf(file, () => createPrivateKey(key)) };
      if (error instanceof MaterialError) throw error;
      // Not that: the next form.
    }
  }
  const list = readListIfOne(octets);
  if (list !== undefined) return { file, revocationList: list };
  return { file, certificate: explaining(file, () => parseCertificate(octets)) };
}

/** Whether it was a key, and what failed is to open it. */
const isLocked = (error: unknown): boolean =>
  ['ERR_MISSING_PASSPHRASE', 'ERR_OSSL_BAD_DECRYPT'].includes(String((error as { code?: unknown } | undefined)?.code));

function readListIfOne(octets: Uint8Array): CertificateRevocationList | undefined {
  try {
    return parseRevocationList(octets);
  } catch (error) {
    if (error instanceof CertificateError) return undefined;
    throw error;
  }
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
