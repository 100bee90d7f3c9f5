import { verify } from 'node:crypto';
import forge from 'node-forge';
import { CertificateError } from './certificate-error.ts';
import { type CertificateExtensions, readExtensions } from './certificate-extensions.ts';
import { type DistinguishedName, readName } from './distinguished-name.ts';
import { oids } from './object-identifiers.ts';
import { readSubjectPublicKey, type SubjectPublicKey } from './public-key.ts';
import {
  ElementReader,
  expectTag,
  malformed,
  type ReceivedElement,
  readBitOctets,
  readElement,
  readOid,
  readSmallInteger,
  readTime,
  readUnsigned,
  tags,
} from './received-element.ts';

/** Largest certificate that is looked at, in octets. */
const MAXIMUM_OCTETS = 32_768;
/** Largest serial number (RFC 5280 section 4.1.2.2), in octets. */
const MAXIMUM_SERIAL_OCTETS = 20;

/**
 * An X.509 v3 certificate with an EC key, signed with ecdsa-with-SHA256 (RFC 5280, SGP.22 section 4.5.2).
 *
 * Immutable: treat the octets it holds as read-only. That a certificate could be parsed says nothing about whether its
 * signature holds or whom it may be trusted for: that is for the chain checks.
 */
export interface Certificate extends SubjectPublicKey, CertificateExtensions {
  /** the whole certificate as received */
  readonly raw: Uint8Array;
  /** TBSCertificate as received: what the signature is over */
  readonly tbs: Uint8Array;
  /** signature value: DER of (r, s) */
  readonly signature: Uint8Array;
  /** upper-case hex, without the octet that only holds the sign; 1 to 20 octets */
  readonly serialNumber: string;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/**
 * Parses a DER certificate, strictly. The octets are copied.
 *
 * @throws CertificateError `MALFORMED`, `UNSUPPORTED_ALGORITHM`, `UNSUPPORTED_CURVE`
 */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.length > MAXIMUM_OCTETS) throw malformed('larger than any certificate in use');
  const raw = Uint8Array.from(der);
  const { tbs, signature, reader } = readSigned(readElement(raw), 'certificate');
  const version = expectTag(reader.take(0xa0, 'version'), 0xa0, 'version').elements;
  if (version.length !== 1 || readSmallInteger(version[0], 'version') !== 2) throw malformed('not version 3');
  const serialNumber = readSerialNumber(reader.take(tags.integer, 'serial number'));
  requireEcdsaWithSha256(reader.take(tags.sequence, 'signature algorithm'));
  const issuer = readName(reader.take(tags.sequence, 'issuer'));
  const validity = new ElementReader(reader.take(tags.sequence, 'validity'), 'validity');
  const notBefore = readTime(validity.takeAny('notBefore'), 'notBefore');
  const notAfter = readTime(validity.takeAny('notAfter'), 'notAfter');
  validity.end();
  const subject = readName(reader.take(tags.sequence, 'subject'));
  const key = readSubjectPublicKey(reader.take(tags.sequence, 'subjectPublicKeyInfo'));
  reader.takeIf(0x81);
  reader.takeIf(0x82);
  const wrapper = reader.takeIf(0xa3);
  if (wrapper !== undefined && wrapper.elements.length !== 1) throw malformed('extensions');
  const extensions = readExtensions(wrapper?.elements[0]);
  reader.end();
  return Object.freeze({
    raw,
    tbs,
    signature,
    serialNumber,
    issuer,
    subject,
    notBefore,
    notAfter,
    ...key,
    ...extensions,
  });
}

/**
 * Takes the outer SEQUENCE { what is signed, algorithm, signature } of certificates and CRLs apart.
 *
 * @throws CertificateError `MALFORMED`, `UNSUPPORTED_ALGORITHM`
 */
export function readSigned(
  element: ReceivedElement,
  what: string,
): { tbs: Uint8Array; signature: Uint8Array; reader: ElementReader } {
  const outer = new ElementReader(element, what);
  const tbs = outer.take(tags.sequence, `what is signed of the ${what}`);
  requireEcdsaWithSha256(outer.take(tags.sequence, 'signature algorithm'));
  const signature = readBitOctets(outer.take(tags.bitString, 'signature'), 'signature');
  outer.end();
  return { tbs: tbs.octets, signature, reader: new ElementReader(tbs, what) };
}

/** @throws CertificateError `UNSUPPORTED_ALGORITHM` for another algorithm, or parameters (RFC 5758 section 3.2) */
export function requireEcdsaWithSha256(algorithm: ReceivedElement): void {
  const { elements } = expectTag(algorithm, tags.sequence, 'signature algorithm');
  if (elements.length !== 1 || readOid(elements[0], 'signature algorithm') !== oids.ecdsaWithSha256)
    throw new CertificateError('UNSUPPORTED_ALGORITHM', 'signature algorithm is not ecdsa-with-SHA256');
}

/** Serial number as upper-case hex. @throws CertificateError `MALFORMED` when negative, zero or above 20 octets */
export function readSerialNumber(element: ReceivedElement): string {
  const octets = readUnsigned(element, 'serial number');
  if (octets.length > MAXIMUM_SERIAL_OCTETS || octets.every((octet) => octet === 0))
    throw malformed('serial number is zero or too large');
  return Buffer.from(octets).toString('hex').toUpperCase();
}

/** Whether the signature of a certificate or CRL holds under a key. */
export function isSignedBy(
  signed: { readonly tbs: Uint8Array; readonly signature: Uint8Array },
  issuerKey: SubjectPublicKey['publicKey'],
): boolean {
  return verify('sha256', signed.tbs, { key: issuerKey, dsaEncoding: 'der' }, signed.signature);
}

/** PEM of a certificate. */
export function certificatePem(certificate: Certificate | Uint8Array): string {
  const der = certificate instanceof Uint8Array ? certificate : certificate.raw;
  return forge.pem
    .encode({ type: 'CERTIFICATE', body: Buffer.from(der).toString('latin1') }, { maxline: 64 })
    .replaceAll('\r\n', '\n');
}

/**
 * The certificates of a PEM text, in order; other blocks are passed over.
 *
 * @throws CertificateError `MALFORMED` also when there is none
 */
export function parseCertificatePem(text: string): Certificate[] {
  let blocks: forge.pem.ObjectPEM[];
  try {
    blocks = forge.pem.decode(text);
  } catch (cause) {
    throw malformed('not PEM', cause);
  }
  const bodies = blocks.filter(({ type }) => type === 'CERTIFICATE').map(({ body }) => Buffer.from(body, 'latin1'));
  if (bodies.length === 0) throw malformed('no certificate in the PEM text');
  return bodies.map(parseCertificate);
}
