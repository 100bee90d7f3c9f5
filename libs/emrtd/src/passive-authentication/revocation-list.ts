import { explicit, integer, optional, sequence, sequenceOf, verbatim } from '@tegata/der';
import { EmrtdRefusal } from '../emrtd-refusal.ts';
import { malformed, readFile } from '../reading.ts';
import { AlgorithmIdentifier, signatureAlgorithm, signatureHolds } from './algorithms.ts';
import { bitOctets } from './bit-octets.ts';
import { type DocumentCertificate, Extension } from './certificate.ts';
import { time } from './time.ts';

/** Largest list that is looked at, in octets. */
const maximumOctets = 16 * 1024 * 1024;

const RevokedCertificate = sequence(0x30, {
  serialNumber: verbatim(0x02),
  revocationDate: time,
  entryExtensions: optional(verbatim(0x30)),
});
const TbsCertList = sequence(0x30, {
  version: optional(integer(0x02, 1, 1)),
  signature: AlgorithmIdentifier,
  issuer: verbatim(0x30),
  thisUpdate: time,
  nextUpdate: optional(time),
  revoked: optional(sequenceOf(0x30, RevokedCertificate, 0, 1_000_000)),
  extensions: optional(explicit(0xa0, sequenceOf(0x30, Extension, 1, 64))),
});
const CertificateList = sequence(0x30, {
  tbs: TbsCertList,
  signatureAlgorithm: AlgorithmIdentifier,
  signature: bitOctets(0x03),
});

/** A certificate revocation list of a CSCA (RFC 5280 section 5, ICAO 9303-12 section 7.1.4). */
export interface DocumentSignerCrl {
  /** DER of the issuer's name */
  readonly issuer: Uint8Array;
  readonly thisUpdate: Date;
  /** every CSCA has to say when the next one comes; a list that does not is never current */
  readonly nextUpdate: Date | undefined;
  /** whether it lists a certificate with this DER of a serial number */
  revokes(serialNumber: Uint8Array): boolean;
  isSignedBy(csca: DocumentCertificate): boolean;
}

/** @throws EmrtdRefusal `CHIP_FILE_MALFORMED`, `CHIP_ALGORITHM_UNSUPPORTED`, `DOCUMENT_SIGNER_NOT_ALLOWED` (critical extension) */
export function readDocumentSignerCrl(name: string, raw: Uint8Array): DocumentSignerCrl {
  const {
    tbs,
    signatureAlgorithm: outer,
    signature,
    extensions,
  } = readFile(name, raw, (octets) => CertificateList.decode(octets), maximumOctets);
  if (extensions) throw malformed(name, 'no revocation list');
  // That it is of some certificates alone, or of what has changed: then whom it does not name may be revoked (RFC 5280 section 5.2).
  if (tbs.extensions?.some(({ critical }) => critical)) {
    throw new EmrtdRefusal('DOCUMENT_SIGNER_NOT_ALLOWED', `${name} has a critical extension that is not understood`);
  }
  if (!Buffer.from(outer.raw).equals(tbs.signature.raw)) throw malformed(name, 'two signature algorithms');
  const algorithm = signatureAlgorithm(tbs.signature);
  const revoked = new Set(tbs.revoked?.map(({ serialNumber }) => Buffer.from(serialNumber).toString('hex')));
  return {
    issuer: tbs.issuer,
    thisUpdate: tbs.thisUpdate.value,
    nextUpdate: tbs.nextUpdate?.value,
    revokes: (serialNumber) => revoked.has(Buffer.from(serialNumber).toString('hex')),
    isSignedBy: ({ publicKey }) => signatureHolds(algorithm, publicKey, tbs.raw, signature),
  };
}
