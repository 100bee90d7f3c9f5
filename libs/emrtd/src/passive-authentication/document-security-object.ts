import {
  type Decoded,
  explicit,
  integer,
  objectIdentifier,
  octets,
  optional,
  sequence,
  sequenceOf,
  verbatim,
} from '@tegata/der';
import { AlgorithmIdentifier, anyObject } from './algorithms.ts';

/** DataGroupHash, ICAO 9303-10 section 4.6.2.3. */
const DataGroupHash = sequence(0x30, { number: integer(0x02, 1, 16), value: octets(0x04, 28, 64) });

/** LDSSecurityObject: the digests of the data groups. Version 1 also tells LDS and Unicode versions. */
export const LdsSecurityObject = sequence(0x30, {
  version: integer(0x02, 0, 1),
  hashAlgorithm: AlgorithmIdentifier,
  dataGroupHashes: sequenceOf(0x30, DataGroupHash, 2, 16),
  ldsVersionInfo: optional(verbatim(0x30)),
});
export type LdsSecurityObject = Decoded<typeof LdsSecurityObject>;

/** EncapsulatedContentInfo, RFC 5652 section 5.2. */
const EncapsulatedContent = sequence(0x30, {
  contentType: objectIdentifier(0x06),
  content: explicit(0xa0, octets(0x04)),
});

/** Attribute, RFC 5652 section 5.3. */
export const Attributes = sequenceOf(
  0x31,
  sequence(0x30, { type: objectIdentifier(0x06), values: sequenceOf(0x31, anyObject, 1, 8) }),
  2,
  16,
);

const IssuerAndSerialNumber = sequence(0x30, { issuer: verbatim(0x30), serialNumber: verbatim(0x02) });

/** SignerInfo, RFC 5652 section 5.3: the signer named by issuer and serial number (version 1), or by key identifier (3). */
export const SignerInfo = sequence(0x30, {
  version: integer(0x02, 1, 3),
  issuerAndSerialNumber: optional(IssuerAndSerialNumber),
  subjectKeyIdentifier: optional(octets(0x80)),
  digestAlgorithm: AlgorithmIdentifier,
  signedAttributes: verbatim(0xa0),
  signatureAlgorithm: AlgorithmIdentifier,
  signature: octets(0x04),
});
export type SignerInfo = Decoded<typeof SignerInfo>;

const SignedData = sequence(0x30, {
  version: integer(0x02, 3, 3),
  digestAlgorithms: sequenceOf(0x31, AlgorithmIdentifier, 1, 1),
  encapsulatedContent: EncapsulatedContent,
  certificates: sequenceOf(0xa0, anyObject, 1, 16),
  crls: optional(verbatim(0xa1)),
  signerInfos: sequenceOf(0x31, SignerInfo, 1, 1),
});

/** EF.SOD: a CMS SignedData (ICAO 9303-10 section 4.6.2.2), with one signer, as ICAO has it. */
export const DocumentSecurityObject = explicit(
  0x77,
  sequence(0x30, { contentType: objectIdentifier(0x06), content: explicit(0xa0, SignedData) }),
);
export type DocumentSecurityObject = Decoded<typeof DocumentSecurityObject>;
