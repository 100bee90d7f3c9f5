import { DerError } from './der-error.ts';

/** A BIT STRING that is not a set of named bits. */
export interface BitString {
  /** bits of the last octet that do not belong to the string, 0..7; they are zero */
  readonly unusedBits: number;
  readonly octets: Uint8Array;
}

/** Highest bit number that a set of named bits may have. */
const MAXIMUM_BIT = 1023;

/**
 * The octets of BIT STRING content.
 *
 * @throws DerError `BAD_VALUE` when the count of unused bits is wrong or an unused bit is set
 */
export function decodeBitString(content: Uint8Array): BitString {
  const unusedBits = content[0];
  if (unusedBits === undefined || unusedBits > 7) throw new DerError('BAD_VALUE', 'count of unused bits is not 0..7');
  const octets = content.subarray(1);
  const last = octets[octets.length - 1];
  if (last === undefined) {
    if (unusedBits !== 0) throw new DerError('BAD_VALUE', 'unused bits without octets');
  } else if ((last & ((1 << unusedBits) - 1)) !== 0) {
    throw new DerError('BAD_VALUE', 'an unused bit is set');
  }
  return { unusedBits, octets };
}

/**
 * The numbers of the bits that are set, ascending; bit 0 is the most significant one of the first octet.
 *
 * DER drops trailing zero bits of a named bit string (X.690 11.2.2), but cards in the field send them: `07 80` and
 * `00 80` are both the set {0}.
 *
 * @throws DerError `BAD_VALUE`, and `OUT_OF_RANGE` above bit 1023
 */
export function decodeNamedBits(content: Uint8Array): number[] {
  const { octets } = decodeBitString(content);
  if (octets.length * 8 > MAXIMUM_BIT + 1) throw new DerError('OUT_OF_RANGE', 'more than 1024 bits');
  const bits: number[] = [];
  for (const [index, octet] of octets.entries()) {
    for (let bit = 0; bit < 8; bit++) if ((octet & (0x80 >> bit)) !== 0) bits.push(index * 8 + bit);
  }
  return bits;
}

/**
 * BIT STRING content octets in which exactly these bits are set, trailing zero bits dropped.
 *
 * @throws DerError `BAD_VALUE` for a bit that is not an integer 0..1023
 */
export function encodeNamedBits(bits: Iterable<number>): Uint8Array {
  let highest = -1;
  const set = new Set<number>();
  for (const bit of bits) {
    if (!Number.isInteger(bit) || bit < 0 || bit > MAXIMUM_BIT) throw new DerError('BAD_VALUE', 'no such bit');
    set.add(bit);
    highest = Math.max(highest, bit);
  }
  const content = Buffer.alloc(1 + Math.ceil((highest + 1) / 8));
  content[0] = highest < 0 ? 0 : 7 - (highest % 8);
  for (const bit of set) {
    const index = 1 + (bit >> 3);
    content[index] = (content[index] ?? 0) | (0x80 >> (bit & 7));
  }
  return content;
}
