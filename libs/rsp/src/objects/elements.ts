import { DerError, octets, type Primitive, type Schema, utf8String, verbatim } from '@tegata/der';
import { packEid, unpackEid } from '../identifiers/eid.ts';
import { packIccid, unpackIccid } from '../identifiers/iccid.ts';
import { IdentifierError } from '../identifiers/identifier-error.ts';
import { packPlmn, unpackPlmn } from '../identifiers/plmn.ts';
import { packVersion, unpackVersion } from '../identifiers/version.ts';

/** Elements that many structures of SGP.22 Annex H share. Tags are written as their octets, as the specification prints them. */

/** Octets of a signature object: `5F37 40` and r | s. */
export const SIGNATURE_OBJECT_OCTETS = 67;
/** Octets of an uncompressed point, 04 | x | y. */
export const POINT_OCTETS = 65;
/** Octets of euiccChallenge and serverChallenge. */
export const CHALLENGE_OCTETS = 16;

/** TransactionId ::= OCTET STRING (SIZE(1..16)). */
export const transactionId: Primitive<Uint8Array> = octets(0x80, 1, 16);

/**
 * A signature, as the whole object: JSON carries it in this form, and the next signature of a session is over it in this
 * form.
 */
export const signature: Schema<Uint8Array> = verbatim(0x5f37, SIGNATURE_OBJECT_OCTETS);

/** A one-time public key: 65 octets of an uncompressed point. Whether it is on the curve is for the key agreement. */
export const oneTimePublicKey: Primitive<Uint8Array> = octets(0x5f49, POINT_OCTETS);

/** A certificate or certificate list, whole. */
export const certificate: Schema<Uint8Array> = verbatim(0x30);

/** SubjectKeyIdentifier of a CI. */
export const ciKeyIdentifier: Primitive<Uint8Array> = octets(0x04, 1, 64);

/** Iccid, 10 octets as in EF.ICCID, as digits. */
export const iccid: Primitive<string> = printed(octets(0x5a, 10), unpackIccid, packIccid);

/** EID, 16 octets, as digits. */
export const eid: Primitive<string> = printed(octets(0x5a, 16), unpackEid, packEid);

/** AID of an ISD-P. */
export const isdpAid: Primitive<Uint8Array> = octets(0x4f, 1, 16);

/** VersionType, as `2.2.2`. */
export function version(tag: number): Primitive<string> {
  return printed(octets(tag, 3), unpackVersion, packVersion);
}

/** MCC and MNC, as digits. */
export function plmn(tag: number): Primitive<string> {
  return printed(octets(tag, 3), unpackPlmn, packPlmn);
}

/** The address of a server. Its form is not looked at: whether it is the right one is for a comparison. */
export function serverAddress(tag: number): Primitive<string> {
  return utf8String(tag, 0, 255);
}

/** Octets that the program holds in their printed form. */
function printed<T>(
  primitive: Primitive<Uint8Array>,
  unpack: (octets: Uint8Array) => T,
  pack: (value: T) => Uint8Array,
): Primitive<T> {
  return primitive.as(
    (octets) => orDerError(() => unpack(octets)),
    (value) => orDerError(() => pack(value)),
  );
}

function orDerError<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof IdentifierError ? new DerError('BAD_VALUE', error.message) : error;
  }
}
