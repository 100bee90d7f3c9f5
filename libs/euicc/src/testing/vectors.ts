import { createPrivateKey, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Certificate, parseCertificate } from '@tegata/x509';

const folder = fileURLToPath(new URL('../../../../../shared/vectors/sgp22/', import.meta.url));

/** Whether the conformance data lie beside the workspace. */
export const vectorsArePresent: boolean = existsSync(folder);

/** `describe` where they do; they must in continuous integration. */
export const describeWithVectors: typeof describe.skip =
  vectorsArePresent || process.env.CI === 'true' ? describe : describe.skip;

/** A file of the vectors. */
export function vectorFile(name: string): Uint8Array {
  return readFileSync(`${folder}${name}`);
}

/** A JSON file of the vectors, as what the caller knows it to be. */
export function vectorJson<T>(name: string): T {
  return JSON.parse(readFileSync(`${folder}${name}`, 'utf8')) as T;
}

export function vectorCertificate(name: string): Certificate {
  return parseCertificate(vectorFile(`certs/CERT_${name}.der`));
}

export function vectorPrivateKey(name: string): KeyObject {
  return createPrivateKey(readFileSync(`${folder}certs/SK_${name}.pem`, 'utf8'));
}

/** What the index says of a sample package. */
export interface SamplePackage {
  readonly file: string;
  readonly iccid: string;
  readonly efImsi: readonly string[];
}

/** The GSMA TS.48 packages. */
export function samplePackages(): readonly SamplePackage[] {
  return vectorJson<{ readonly packages: readonly SamplePackage[] }>('upp/index.json').packages;
}

/** Octets of a sample package. */
export function samplePackage(file: string): Uint8Array {
  return vectorFile(`upp/${file}`);
}
