import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { CertificateError } from './certificate-error.ts';
import { oids } from './object-identifiers.ts';
import {
  ElementReader,
  malformed,
  type ReceivedElement,
  readBitOctets,
  readElement,
  readOid,
  tags,
} from './received-element.ts';

/** Curves of SGP.22. One curve is used for a whole chain. */
export type Curve = 'P-256' | 'brainpoolP256r1';

const curveOids = new Map<string, Curve>([
  [oids.prime256v1, 'P-256'],
  [oids.brainpoolP256r1, 'brainpoolP256r1'],
]);

/** Name of each curve in node:crypto. */
export const nodeCurveNames: Readonly<Record<Curve, string>> = {
  'P-256': 'prime256v1',
  brainpoolP256r1: 'brainpoolP256r1',
};

/** An EC public key with the SubjectPublicKeyInfo (RFC 5480) it came from. */
export interface SubjectPublicKey {
  readonly publicKey: KeyObject;
  readonly curve: Curve;
  readonly subjectPublicKeyInfo: Uint8Array;
}

/**
 * Reads a SubjectPublicKeyInfo: an uncompressed point on a named curve. Parameters that spell a curve out are refused.
 *
 * @throws CertificateError `MALFORMED` (also for a point off the curve), `UNSUPPORTED_CURVE`
 */
export function readSubjectPublicKey(element: ReceivedElement): SubjectPublicKey {
  const reader = new ElementReader(element, 'SubjectPublicKeyInfo');
  const { elements } = reader.take(tags.sequence, 'key algorithm');
  const algorithm = readOid(elements[0], 'key algorithm');
  const curve =
    algorithm === oids.ecPublicKey && elements.length === 2 && elements[1]?.tag === tags.oid
      ? curveOids.get(readOid(elements[1], 'curve'))
      : undefined;
  if (curve === undefined) throw new CertificateError('UNSUPPORTED_CURVE', 'neither P-256 nor brainpoolP256r1');
  const point = readBitOctets(reader.take(tags.bitString, 'point'), 'point');
  reader.end();
  if (point.length !== 65 || point[0] !== 0x04) throw malformed('public key is no uncompressed point of 65 octets');
  return { publicKey: importPoint(curve, point, element.octets), curve, subjectPublicKeyInfo: element.octets };
}

/** A point of P-256 goes in as coordinates, in half the time that its SubjectPublicKeyInfo takes; JWK has no brainpool curves. */
function importPoint(curve: Curve, point: Uint8Array, subjectPublicKeyInfo: Uint8Array): KeyObject {
  try {
    if (curve === 'P-256') {
      const coordinate = (from: number) => Buffer.from(point.subarray(from, from + 32)).toString('base64url');
      return createPublicKey({ key: { kty: 'EC', crv: curve, x: coordinate(1), y: coordinate(33) }, format: 'jwk' });
    }
    return createPublicKey({ key: Buffer.from(subjectPublicKeyInfo), format: 'der', type: 'spki' });
  } catch (cause) {
    throw malformed('public key is not on its curve', cause);
  }
}

/** DER SubjectPublicKeyInfo of a key. */
export function subjectPublicKeyInfo(publicKey: KeyObject): Uint8Array {
  return publicKey.export({ format: 'der', type: 'spki' });
}

/** SHA-1 of the point, 20 octets: the usual subject key identifier (RFC 5280 section 4.2.1.2, method 1). */
export function keyIdentifier(publicKey: KeyObject): Uint8Array {
  const [, point] = readElement(subjectPublicKeyInfo(publicKey)).elements;
  return createHash('sha1').update(readBitOctets(point, 'point')).digest();
}

/**
 * The curve of a key.
 *
 * @throws CertificateError `UNSUPPORTED_CURVE`
 */
export function curveOf(publicKey: KeyObject): Curve {
  const name = publicKey.asymmetricKeyDetails?.namedCurve;
  for (const curve of curveOids.values()) if (nodeCurveNames[curve] === name) return curve;
  throw new CertificateError('UNSUPPORTED_CURVE', 'neither P-256 nor brainpoolP256r1');
}
