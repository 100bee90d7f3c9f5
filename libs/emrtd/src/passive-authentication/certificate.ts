import type { KeyObject } from 'node:crypto';
import {
  boolean,
  explicit,
  integer,
  namedBits,
  objectIdentifier,
  octets,
  optional,
  sequence,
  sequenceOf,
  verbatim,
} from '@tegata/der';
import { EmrtdRefusal } from '../emrtd-refusal.ts';
import { malformed, readFile } from '../reading.ts';
import { AlgorithmIdentifier, publicKeyOf, type SignatureAlgorithm, signatureAlgorithm } from './algorithms.ts';
import { bitOctets } from './bit-octets.ts';
import { oids } from './object-identifiers.ts';
import { time } from './time.ts';

/** Extension, RFC 5280 section 4.1. */
export const Extension = sequence(0x30, {
  id: objectIdentifier(0x06),
  critical: optional(boolean(0x01)),
  value: octets(0x04),
});
const Validity = sequence(0x30, { notBefore: time, notAfter: time });
const TbsCertificate = sequence(0x30, {
  version: explicit(0xa0, integer(0x02, 2, 2)),
  serialNumber: verbatim(0x02),
  signature: AlgorithmIdentifier,
  issuer: verbatim(0x30),
  validity: Validity,
  subject: verbatim(0x30),
  subjectPublicKeyInfo: verbatim(0x30),
  issuerUniqueId: optional(octets(0x81)),
  subjectUniqueId: optional(octets(0x82)),
  extensions: optional(explicit(0xa3, sequenceOf(0x30, Extension, 1, 64))),
});
const CertificateObject = sequence(0x30, {
  tbs: TbsCertificate,
  signatureAlgorithm: AlgorithmIdentifier,
  signature: bitOctets(0x03),
});

/** RFC 5280 section 4.2.1.3 and .9. */
const KeyUsage = namedBits(0x03, { digitalSignature: 0, nonRepudiation: 1, keyCertSign: 5, cRLSign: 6 });
const BasicConstraints = sequence(0x30, { ca: optional(boolean(0x01)), pathLength: optional(integer(0x02, 0, 255)) });
const SubjectKeyIdentifier = octets(0x04, 1, 64);

/** Extensions that may be critical, because they are looked at or say nothing about a document (ICAO 9303-12 section 7.1.1). */
const understood: readonly string[] = [oids.basicConstraints, oids.keyUsage, '2.5.29.16', '2.5.29.37', '2.5.29.32'];

/**
 * A certificate of a CSCA or a document signer (ICAO 9303-12 section 7.1). Unlike those of RSP it may have any algorithm of
 * that document. That it could be read says nothing about whether its signature holds.
 */
export interface DocumentCertificate {
  readonly raw: Uint8Array;
  /** what the signature is over */
  readonly tbs: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
  /** DER of the INTEGER */
  readonly serialNumber: Uint8Array;
  /** DER of the names, compared octet by octet */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: KeyObject;
  readonly ca: boolean;
  /** undefined where the certificate does not restrict its key */
  readonly keyUsage: readonly string[] | undefined;
  readonly subjectKeyIdentifier: Uint8Array | undefined;
  /** DER of the value of an extension, by its object identifier */
  extension(id: string): Uint8Array | undefined;
}

/**
 * @param name for messages
 * @throws EmrtdRefusal `CHIP_FILE_MALFORMED`, `CHIP_ALGORITHM_UNSUPPORTED`, `DOCUMENT_SIGNER_NOT_ALLOWED` (unknown critical extension)
 */
export function readDocumentCertificate(name: string, raw: Uint8Array): DocumentCertificate {
  return readFile(name, raw, (octets) => {
    const { tbs, signatureAlgorithm: outer, signature, extensions: more } = CertificateObject.decode(octets);
    if (more || tbs.extensions === undefined) throw malformed(name, 'no version 3 certificate');
    if (!Buffer.from(outer.raw).equals(tbs.signature.raw)) throw malformed(name, 'two signature algorithms');
    const extension = (id: string) => tbs.extensions?.find((candidate) => candidate.id === id)?.value;
    const seen = new Set(tbs.extensions.map(({ id }) => id));
    if (seen.size < tbs.extensions.length) throw malformed(name, 'an extension twice');
    if (tbs.extensions.some(({ id, critical }) => critical && !understood.includes(id))) {
      throw new EmrtdRefusal('DOCUMENT_SIGNER_NOT_ALLOWED', `${name} has a critical extension that is not understood`);
    }
    const usage = extension(oids.keyUsage);
    const constraints = extension(oids.basicConstraints);
    const identifier = extension('2.5.29.14');
    return {
      raw: octets,
      tbs: tbs.raw,
      algorithm: signatureAlgorithm(tbs.signature),
      signature,
      serialNumber: tbs.serialNumber,
      issuer: tbs.issuer,
      subject: tbs.subject,
      notBefore: tbs.validity.notBefore.value,
      notAfter: tbs.validity.notAfter.value,
      publicKey: publicKeyOf(tbs.subjectPublicKeyInfo),
      ca: constraints !== undefined && BasicConstraints.decode(constraints).ca === true,
      keyUsage: usage && KeyUsage.decode(usage),
      extension,
      subjectKeyIdentifier: identifier && SubjectKeyIdentifier.decode(identifier),
    };
  });
}
