import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What the index of the conformance data says about a package. */
export interface SamplePackage {
  readonly file: string;
  readonly octets: number;
  readonly sha256: string;
  /** edition of the format, `2.3` */
  readonly saip: string;
  readonly profileType: string;
  /** as digits, without padding */
  readonly iccid: string;
  /** as EF.ICCID has it, hexadecimal */
  readonly iccidInMetadata: string;
  readonly mandatoryServices: readonly string[];
  /** hexadecimal */
  readonly efImsi: readonly string[];
  readonly profileElements: readonly { readonly type: string; readonly tag: string; readonly octets: number }[];
  /** the package */
  readonly content: Uint8Array;
}

const folder = fileURLToPath(new URL('../../../../shared/vectors/sgp22/upp/', import.meta.url));
const available = existsSync(folder);
if (!available && process.env.CI === 'true') throw new Error('the conformance data is missing, and this is CI');

/** The ASN.1 module of the format. */
export const sampleGrammar = fileURLToPath(new URL('../asn1/PE_Definitions-3.3.1.asn', `file://${folder}`));

/** The GSMA TS.48 packages of the conformance data, for tests; none where the data is not at hand. */
export const SAMPLE_PACKAGES: readonly SamplePackage[] = available ? readSamples() : [];

/** `describe` for suites that need the packages. */
export const describeWithSamples = available ? describe : describe.skip;

/** The one that most tests work on: edition 2.3 with 5G files and BER-TLV files. */
export function samplePackage(file = 'TS48v5_SAIP2.3_BERTLV_SUCI.der'): SamplePackage {
  const sample = SAMPLE_PACKAGES.find((candidate) => candidate.file === file);
  if (sample === undefined) throw new Error(`no sample package ${file}`);
  return sample;
}

function readSamples(): SamplePackage[] {
  const index = JSON.parse(readFileSync(`${folder}index.json`, 'utf8')) as {
    readonly packages: readonly Omit<SamplePackage, 'content'>[];
  };
  return index.packages.map((entry) => ({ ...entry, content: readFileSync(folder + entry.file) }));
}
