import { DerError, parseChildren, parseTlv } from '@tegata/der';
import {
  CscaTrust,
  digestsIn,
  EmrtdRefusal,
  MrzError,
  parseMrz,
  readCardAccess,
  readDataGroup1,
  readDataGroup2,
  requireAnswer,
  verifyChip,
} from '@tegata/emrtd';
import { readDocumentCertificate, readDocumentSignerCrl } from '@tegata/emrtd/certificates';
import { testCountry } from '@tegata/emrtd/testing';
import { readJpeg2000Header, stripMetadata } from '@tegata/encoded-picture/headers';
import { interpretProfile, ProfilePackageError, readProfilePackage } from '@tegata/profile-package';
import { OcspError, PublicKeyRefusal, readOcspResponse, readPersonCertificate } from '@tegata/public-key-identity';
import {
  AuthenticateServerRequest,
  AuthenticateServerResponse,
  CancelSessionResponse,
  EUICCInfo1,
  EUICCInfo2,
  IdentifierError,
  LoadCRLRequest,
  PendingNotification,
  PrepareDownloadRequest,
  PrepareDownloadResponse,
  ProfileInfoListRequest,
  parseActivationCode,
  parseTagList,
  printActivationCode,
  StoreDataAssembly,
  StoreMetadataRequest,
  splitBoundProfilePackage,
} from '@tegata/rsp';
import { es2plus, es9plus, es11, es12, isJsonObject, MemberError, readMembers } from '@tegata/rsp-http';
import { CertificateError, parseCertificate, parseCertificatePem, parseRevocationList } from '@tegata/x509';

/** A parser of octets from outside, as the fuzzer drives it. */
export interface Parser {
  /** Takes any octets; throws one of `refusals` for those that it does not take. */
  readonly parse: (octets: Uint8Array) => unknown;
  readonly refusals: readonly (abstract new (...args: never[]) => Error)[];
  /** longest input that is tried, in octets */
  readonly longest: number;
}

const objects = {
  AuthenticateServerRequest,
  AuthenticateServerResponse,
  CancelSessionResponse,
  EUICCInfo1,
  EUICCInfo2,
  LoadCRLRequest,
  PendingNotification,
  PrepareDownloadRequest,
  PrepareDownloadResponse,
  ProfileInfoListRequest,
  StoreMetadataRequest,
} as const;

const object = (schema: { decode(octets: Uint8Array): unknown }): Parser => ({
  parse: (octets) => schema.decode(octets),
  refusals: [DerError],
  longest: 4096,
});

function walk(octets: Uint8Array, depth = 0): void {
  for (const { constructed, value } of parseChildren(octets)) if (constructed && depth < 64) walk(value, depth + 1);
}

const functions = [es9plus, es11, es2plus, es12].flatMap(({ functions: named }) => Object.values(named));

function readBody(octets: Uint8Array): void {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(octets).toString('utf8'));
  } catch {
    return;
  }
  if (!isJsonObject(value)) return;
  for (const { request } of functions) {
    try {
      readMembers(request, value);
    } catch (error) {
      // Every function looks at it: what one refuses another may take.
      if (!(error instanceof MemberError)) throw error;
    }
  }
}

/** Blocks as STORE DATA brings them: P1, P2, length, octets, again and again. */
function assemble(octets: Uint8Array): void {
  const assembly = new StoreDataAssembly();
  for (let at = 0; at + 3 <= octets.length; ) {
    const [p1 = 0, p2 = 0, length = 0] = octets.subarray(at, at + 3);
    const command = assembly.add(p1, p2, octets.subarray(at + 3, at + 3 + length));
    if (command !== undefined) parseTlv(command);
    at += 3 + length;
  }
}

/** Any time: what is read does not depend on it, but centuries of dates do. */
const at = new Date('2026-11-29T00:00:00Z');
const nobody = new CscaTrust({ certificates: [] });
const none = new Uint8Array();
const answer = { challenge: new Uint8Array(8), signature: new Uint8Array(256) };
const issuer = readDocumentCertificate('CA', testCountry().csca);

/** Files of a chip of a document, and what is asked for about public keys of persons: by the readers that authentication has. */
const evidence: Readonly<Record<string, Parser>> = {
  'chip-security-object': {
    parse: (octets) => {
      digestsIn(octets);
      verifyChip({ sod: octets, dg1: none, dg2: none }, nobody, at);
    },
    refusals: [EmrtdRefusal],
    longest: 8192,
  },
  'chip-dg1': { parse: (octets) => readDataGroup1(octets, at), refusals: [EmrtdRefusal], longest: 128 },
  'chip-dg2': { parse: readDataGroup2, refusals: [EmrtdRefusal], longest: 4096 },
  'chip-dg15': {
    parse: (octets) => requireAnswer({ dg15: octets, dg14: undefined }, answer),
    refusals: [EmrtdRefusal],
    longest: 1024,
  },
  'chip-card-access': { parse: readCardAccess, refusals: [EmrtdRefusal], longest: 1024 },
  'document-signer-list': {
    parse: (octets) => readDocumentSignerCrl('list', octets),
    refusals: [EmrtdRefusal],
    longest: 4096,
  },
  'machine-readable-zone': {
    parse: (octets) => parseMrz(Buffer.from(octets).toString('latin1'), at),
    refusals: [MrzError],
    longest: 128,
  },
  'person-certificate': { parse: readPersonCertificate, refusals: [PublicKeyRefusal], longest: 4096 },
  'ocsp-response': {
    parse: (octets) => readOcspResponse(octets, { serialNumber: Uint8Array.of(2, 1, 5), issuer, nonce: none }, at),
    refusals: [OcspError],
    longest: 4096,
  },
  picture: { parse: stripMetadata, refusals: [], longest: 4096 },
  'jpeg2000-header': { parse: readJpeg2000Header, refusals: [], longest: 512 },
};

/** What a person or another program may give us in place of the right thing, by the name of its parser. */
export const parsers: Readonly<Record<string, Parser>> = {
  der: { parse: (octets) => walk(parseTlv(octets).raw), refusals: [DerError], longest: 4096 },
  certificate: { parse: parseCertificate, refusals: [CertificateError], longest: 4096 },
  'certificate-pem': {
    parse: (octets) => parseCertificatePem(Buffer.from(octets).toString('latin1')),
    refusals: [CertificateError],
    longest: 8192,
  },
  'revocation-list': { parse: parseRevocationList, refusals: [CertificateError], longest: 4096 },
  'json-binding': { parse: readBody, refusals: [], longest: 4096 },
  'activation-code': {
    parse: (octets) => {
      const code = parseActivationCode(Buffer.from(octets).toString('utf8'));
      parseActivationCode(printActivationCode(code));
    },
    refusals: [IdentifierError],
    longest: 512,
  },
  'profile-package': {
    parse: (octets) => interpretProfile(readProfilePackage(octets).elements),
    refusals: [ProfilePackageError],
    longest: 16_384,
  },
  'bound-profile-package': { parse: splitBoundProfilePackage, refusals: [DerError], longest: 16_384 },
  'store-data': { parse: assemble, refusals: [DerError, RangeError], longest: 4096 },
  'tag-list': { parse: parseTagList, refusals: [DerError], longest: 64 },
  ...evidence,
  ...Object.fromEntries(Object.entries(objects).map(([name, schema]) => [name, object(schema)])),
};

/** Parses; answers whether the octets were taken. Throws what is no refusal of the parser: that is a finding. */
export function takes({ parse, refusals }: Parser, octets: Uint8Array): boolean {
  try {
    parse(octets);
    return true;
  } catch (error) {
    if (refusals.some((refusal) => error instanceof refusal)) return false;
    throw error;
  }
}
