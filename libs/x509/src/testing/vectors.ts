import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../../../shared/vectors/sgp22/certs/', import.meta.url));

/** `describe` where the conformance data lie beside the workspace; they must in continuous integration. */
export const describeWithVectors: typeof describe.skip =
  existsSync(folder) || process.env.CI === 'true' ? describe : describe.skip;

/** Octets of a certificate of SGP.26, by file name without ending. */
export function vectorCertificate(name: string): Uint8Array {
  return readFileSync(`${folder}${name}.der`);
}

/** PEM of a private key of SGP.26. */
export function vectorKey(name: string): string {
  return readFileSync(`${folder}${name}.pem`, 'utf8');
}
