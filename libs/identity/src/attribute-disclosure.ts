import { createHash, timingSafeEqual } from 'node:crypto';
import { octets, sequence, Universal, utf8String } from '@tegata/der';

/** Octets of a salt: as many as make guessing a birth date from its digest hopeless. */
export const SALT_OCTETS = 16;

/** Characters of a value at most, in canonical form. */
export const VALUE_CHARACTERS = 400;

/**
 * A verified attribute with what opens its digest. The holder keeps it and shows it, or not, to whom he chooses. Names in
 * use: `family_name`, `given_name`, `birth_date` (YYYY-MM-DD), `address`.
 */
export interface AttributeOpening {
  readonly name: string;
  readonly value: string;
  /** 16 random octets, of this attribute alone */
  readonly salt: Uint8Array;
}

const OpeningSchema = sequence(Universal.SEQUENCE, {
  salt: octets(Universal.OCTET_STRING, SALT_OCTETS),
  name: utf8String(Universal.UTF8_STRING, 1, 64),
  value: utf8String(Universal.UTF8_STRING, 0, VALUE_CHARACTERS),
});

/**
 * The form in which values are digested and compared: Unicode NFKC, so that full-width and half-width forms are one; white
 * space at the ends dropped, and every other run of it one space. Letter case stays.
 */
export function canonicalValue(value: string): string {
  return value.normalize('NFKC').trim().replaceAll(/\s+/gu, ' ');
}

/** An opening with its value in canonical form: what an issuer certifies and hands out. */
export function openAttribute({ name, value, salt }: AttributeOpening): AttributeOpening {
  return Object.freeze({ name, value: canonicalValue(value), salt });
}

/**
 * Digest of an attribute: SHA-256 over the DER of SEQUENCE { salt, name, value in canonical form }, so that no two openings
 * are the same octets.
 *
 * @throws DerError `OUT_OF_RANGE` for a salt not of 16 octets, a name not of 1..64 or a value above 400 characters
 */
export function attributeDigest(opening: AttributeOpening): Uint8Array {
  const { name, value, salt } = openAttribute(opening);
  return createHash('sha256').update(OpeningSchema.encode({ salt, name, value })).digest();
}

/** Why a disclosed attribute is not believed. */
export type DisclosureRefusal =
  /** the certificate has no attribute of this name */
  | 'ATTRIBUTE_NOT_CERTIFIED'
  /** name, value and salt do not give the certificate's digest */
  | 'ATTRIBUTE_DIGEST_MISMATCH'
  /** name, value or salt are of impossible sizes, or the name is there twice */
  | 'ATTRIBUTE_MALFORMED';

/** What came of a disclosure. */
export interface Disclosure {
  /** attributes that are as verified, by name, in canonical form */
  readonly verified: ReadonlyMap<string, string>;
  readonly refused: readonly { readonly name: string; readonly code: DisclosureRefusal }[];
}

/**
 * Checks attributes a holder discloses against the digests of his identity certificate. A carrier goes on only when nothing
 * is refused: one wrong attribute is no slip of the holder's but of somebody who tries.
 */
export function checkDisclosure(
  digests: ReadonlyMap<string, Uint8Array>,
  disclosed: readonly AttributeOpening[],
): Disclosure {
  const verified = new Map<string, string>();
  const refused: { name: string; code: DisclosureRefusal }[] = [];
  const seen = new Set<string>();
  for (const opening of disclosed) {
    const { name } = opening;
    const code = seen.has(name) ? 'ATTRIBUTE_MALFORMED' : refusalOf(opening, digests.get(name));
    seen.add(name);
    if (code === undefined) verified.set(name, canonicalValue(opening.value));
    else refused.push({ name, code });
  }
  for (const { name } of refused) verified.delete(name);
  return { verified, refused };
}

function refusalOf(opening: AttributeOpening, certified: Uint8Array | undefined): DisclosureRefusal | undefined {
  if (certified === undefined) return 'ATTRIBUTE_NOT_CERTIFIED';
  if (opening.salt.length !== SALT_OCTETS || [...canonicalValue(opening.value)].length > VALUE_CHARACTERS)
    return 'ATTRIBUTE_MALFORMED';
  return timingSafeEqual(attributeDigest(opening), certified) ? undefined : 'ATTRIBUTE_DIGEST_MISMATCH';
}
