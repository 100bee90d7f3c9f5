import { type KeyObject, sign, verify } from 'node:crypto';
import { encodeTlv } from '@tegata/der';
import { curveOf } from '@tegata/x509';
import { SIGNATURE_OBJECT_OCTETS } from '../objects/elements.ts';

/**
 * Makes the ECDSA signature with SHA-256 over octets: r | s, 64 octets. A function and not a key, so that keys can stay
 * where they are kept and sessions can be replayed.
 */
export type Signer = (tbs: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** A signer that has its key at hand, as an eUICC does. */
export type ImmediateSigner = (tbs: Uint8Array) => Uint8Array;

/** A key behind an interface, such as those of `@tegata/pki`. */
export interface KeptKey {
  sign(data: Uint8Array, encoding: 'ieee-p1363'): Promise<Uint8Array>;
}

/** Octets of r | s on both curves. */
const SIGNATURE_OCTETS = 64;
const SIGNATURE_TAG = 0x5f37;
/** In the protocol r | s is carried raw, not as DER. */
const dsaEncoding = 'ieee-p1363';

/**
 * A signer with a private key on P-256 or brainpoolP256r1.
 *
 * @throws CertificateError `UNSUPPORTED_CURVE` for another key
 */
export function signerOf(privateKey: KeyObject): ImmediateSigner {
  curveOf(privateKey);
  const key = { key: privateKey, dsaEncoding } as const;
  return (tbs) => sign('sha256', tbs, key);
}

/** A signer with a key that is kept elsewhere. */
export function signerWith(key: KeptKey): Signer {
  return (tbs) => key.sign(tbs, dsaEncoding);
}

/** The signature object (`5F37 40`, r | s) over parts one after the other. */
export async function signObject(signer: Signer, parts: readonly Uint8Array[]): Promise<Uint8Array> {
  return signatureObject(await signer(joined(parts)));
}

/** The signature object, at once. */
export function signObjectNow(signer: ImmediateSigner, parts: readonly Uint8Array[]): Uint8Array {
  return signatureObject(signer(joined(parts)));
}

function signatureObject(value: Uint8Array): Uint8Array {
  if (value.length !== SIGNATURE_OCTETS) throw new RangeError('signer did not return r | s of 64 octets');
  return encodeTlv(SIGNATURE_TAG, value);
}

/** Whether a signature object is the key's signature over parts one after the other. Never throws on hostile octets. */
export function signatureHolds(publicKey: KeyObject, object: Uint8Array, parts: readonly Uint8Array[]): boolean {
  if (object.length !== SIGNATURE_OBJECT_OCTETS || object[0] !== 0x5f || object[1] !== 0x37 || object[2] !== 0x40) {
    return false;
  }
  return verify('sha256', joined(parts), { key: publicKey, dsaEncoding }, object.subarray(3));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : Buffer.concat(parts);
}
