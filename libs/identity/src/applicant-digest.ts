import { createHash } from 'node:crypto';
import { encodeTlv, Universal } from '@tegata/der';
import { canonicalValue } from './attribute-disclosure.ts';

/** One thing that an applicant has typed. */
export interface TypedAttribute {
  readonly name: string;
  readonly value: string;
}

/**
 * Digest of what an applicant has typed, by which a carrier and the authentication server see that they were told the same, without
 * telling each other what. It is over the local authentication assertion, too, which nobody else has: a name can't be looked for by it.
 * Values are in canonical form; in which order they were typed does not matter, and empty ones are none.
 */
export function applicantDigest(typed: readonly TypedAttribute[], assertion: Uint8Array): Uint8Array {
  const attributes = typed
    .map(({ name, value }) => ({ name, value: canonicalValue(value) }))
    .filter(({ value }) => value !== '')
    .map(({ name, value }) => sequence(text(name), text(value)))
    .sort(Buffer.compare);
  const octets = sequence(
    text('tegata applicant v1'),
    encodeTlv(Universal.OCTET_STRING, sha256(assertion)),
    sequence(...attributes),
  );
  return sha256(octets);
}

const sequence = (...parts: readonly Uint8Array[]) => encodeTlv(Universal.SEQUENCE, ...parts);
const text = (value: string) => encodeTlv(Universal.UTF8_STRING, Buffer.from(value));
const sha256 = (octets: Uint8Array): Buffer => createHash('sha256').update(octets).digest();
