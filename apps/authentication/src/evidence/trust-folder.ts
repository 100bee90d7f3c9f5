import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** Endings of certificates (DER or PEM), and of revocation lists (DER). */
const certificateEndings = ['.cer', '.crt', '.der', '.pem'];
const revocationListEnding = '.crl';

/** What an operator puts into a folder: whom to believe, and what they have revoked. Octets are DER. */
export interface TrustFolder {
  readonly certificates: readonly Uint8Array[];
  readonly revocationLists: readonly Uint8Array[];
}

/** @throws Error for a folder that can't be read, or a file that is no certificate though its ending says so */
export function readTrustFolder(folder: string): TrustFolder {
  const files = readdirSync(folder).sort();
  const named = (endings: readonly string[]) =>
    files
      .filter((file) => endings.includes(extname(file).toLowerCase()))
      .map((file) => readFileSync(join(folder, file)));
  return {
    certificates: named(certificateEndings).map((octets) => new Uint8Array(new X509Certificate(octets).raw)),
    revocationLists: named([revocationListEnding]),
  };
}
