import { DerError } from './der-error.ts';

/**
 * One object as it was received.
 *
 * `raw` and `value` are views on the octets given to the parser, not copies: what is verified over `raw` is verified over
 * the octets that travelled.
 */
export interface Tlv {
  /** the tag octets as one integer: 0x30, 0x5F37, 0xBF38 */
  readonly tag: number;
  /** tag, length and value */
  readonly raw: Uint8Array;
  /** the content octets alone */
  readonly value: Uint8Array;
  /** whether bit 6 of the tag says that the content is itself a series of objects */
  readonly constructed: boolean;
}

/** Longest tag accepted, in octets (tag numbers up to 2^21 - 1; SGP.22 needs two octets). */
const MAXIMUM_TAG_OCTETS = 4;
/** Longest length accepted, in octets after the first (values below 4 GiB). */
const MAXIMUM_LENGTH_OCTETS = 4;
/** Most children `parseChildren` returns unless told otherwise; a guard against inputs made of empty objects. */
const MAXIMUM_CHILDREN = 65_536;

/** Whether the objects with this tag hold other objects (bit 6 of the first tag octet). */
export function isConstructed(tag: number): boolean {
  let first = tag;
  while (first > 0xff) first = Math.floor(first / 0x100);
  return (first & 0x20) !== 0;
}

/** The tag as hexadecimal digits, the way SGP.22 prints it: `30`, `BF38`. */
export function tagText(tag: number): string {
  const digits = tag.toString(16).toUpperCase();
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}

/** Tag and length of an object, before its value. */
export interface TlvHeader {
  readonly tag: number;
  readonly constructed: boolean;
  /** octets of tag and length */
  readonly headerLength: number;
  /** octets of the value, which need not be there yet */
  readonly length: number;
}

/**
 * Reads tag and length at `offset`, for objects that arrive piece by piece.
 *
 * @throws DerError `TRUNCATED`, `BAD_TAG`, `BAD_LENGTH`
 */
export function readHeader(octets: Uint8Array, offset = 0): TlvHeader {
  let at = offset;
  const first = octets[at++];
  if (first === undefined) throw new DerError('TRUNCATED', 'no tag');
  let tag = first;
  if ((first & 0x1f) === 0x1f) {
    let number = 0;
    let octet: number | undefined;
    do {
      octet = octets[at++];
      if (octet === undefined) throw new DerError('TRUNCATED', 'tag is cut off');
      if (number === 0 && octet === 0x80) throw new DerError('BAD_TAG', 'tag number has leading zeros');
      if (at - offset > MAXIMUM_TAG_OCTETS) throw new DerError('BAD_TAG', 'tag is too long');
      number = number * 0x80 + (octet & 0x7f);
      tag = tag * 0x100 + octet;
    } while (octet >= 0x80);
    if (number < 0x1f) throw new DerError('BAD_TAG', 'tag number below 31 in the long form');
  } else if (first === 0x00) {
    throw new DerError('BAD_TAG', 'tag 00 is reserved');
  }
  const initial = octets[at++];
  if (initial === undefined) throw new DerError('TRUNCATED', `no length after tag ${tagText(tag)}`);
  let length = initial;
  if (initial >= 0x80) {
    const count = initial & 0x7f;
    if (count === 0) throw new DerError('BAD_LENGTH', 'indefinite length');
    if (count > MAXIMUM_LENGTH_OCTETS) throw new DerError('BAD_LENGTH', 'length is too long');
    length = 0;
    for (let i = 0; i < count; i++) {
      const octet = octets[at++];
      if (octet === undefined) throw new DerError('TRUNCATED', `length after tag ${tagText(tag)} is cut off`);
      length = length * 0x100 + octet;
    }
    // The shortest form has no leading zero octet and is not used below 128.
    if (length < 0x80 || length < 2 ** (8 * (count - 1)))
      throw new DerError('BAD_LENGTH', 'length is not the shortest');
  }
  return { tag, constructed: (first & 0x20) !== 0, headerLength: at - offset, length };
}

/**
 * Reads the object that begins at `offset`; what follows it is not looked at.
 *
 * @throws DerError `TRUNCATED`, `BAD_TAG`, `BAD_LENGTH`
 */
export function readTlv(octets: Uint8Array, offset = 0): Tlv {
  const { tag, constructed, headerLength, length } = readHeader(octets, offset);
  const at = offset + headerLength;
  if (length > octets.length - at) throw new DerError('TRUNCATED', `value of ${tagText(tag)} is cut off`);
  return { tag, raw: octets.subarray(offset, at + length), value: octets.subarray(at, at + length), constructed };
}

/**
 * The one object that `octets` is.
 *
 * @throws DerError as `readTlv`, and `TRAILING_OCTETS`
 */
export function parseTlv(octets: Uint8Array): Tlv {
  const tlv = readTlv(octets);
  if (tlv.raw.length !== octets.length) throw new DerError('TRAILING_OCTETS', `octets follow ${tagText(tlv.tag)}`);
  return tlv;
}

/**
 * The objects that `value` is a series of (none when empty).
 *
 * @throws DerError as `readTlv`, and `TOO_MANY` beyond `maximum` objects
 */
export function parseChildren(value: Uint8Array, maximum = MAXIMUM_CHILDREN): Tlv[] {
  const children: Tlv[] = [];
  let offset = 0;
  while (offset < value.length) {
    if (children.length === maximum) throw new DerError('TOO_MANY', `more than ${maximum} objects`);
    const child = readTlv(value, offset);
    children.push(child);
    offset += child.raw.length;
  }
  return children;
}

/** Octets that tag and length take for a value of `length` octets. */
export function headerLength(tag: number, length: number): number {
  return tagLength(tag) + lengthLength(length);
}

/** Tag and length octets alone, for a value of `length` octets that is sent separately. */
export function encodeHeader(tag: number, length: number): Uint8Array {
  const out = Buffer.allocUnsafe(headerLength(tag, length));
  writeHeader(out, 0, tag, length);
  return out;
}

/**
 * Writes tag and length at `offset` and returns the offset after them.
 *
 * @throws RangeError when the room does not suffice
 */
export function writeHeader(out: Uint8Array, offset: number, tag: number, length: number): number {
  let at = offset + tagLength(tag);
  if (at + lengthLength(length) > out.length) throw new RangeError('no room for a TLV header');
  for (let rest = tag, i = at - 1; i >= offset; i--, rest = Math.floor(rest / 0x100)) out[i] = rest & 0xff;
  if (length < 0x80) {
    out[at++] = length;
    return at;
  }
  const count = lengthLength(length) - 1;
  out[at++] = 0x80 | count;
  for (let rest = length, i = at + count - 1; i >= at; i--, rest = Math.floor(rest / 0x100)) out[i] = rest & 0xff;
  return at + count;
}

/** The object with this tag whose value is `content`, one part after the other. */
export function encodeTlv(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of content) length += part.length;
  const out = Buffer.allocUnsafe(headerLength(tag, length) + length);
  let at = writeHeader(out, 0, tag, length);
  for (const part of content) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function tagLength(tag: number): number {
  if (tag <= 0xff) return 1;
  if (tag <= 0xffff) return 2;
  return tag <= 0xff_ffff ? 3 : 4;
}

function lengthLength(length: number): number {
  if (length < 0x80) return 1;
  if (length <= 0xff) return 2;
  if (length <= 0xffff) return 3;
  if (length <= 0xff_ffff) return 4;
  if (length <= 0xffff_ffff) return 5;
  throw new DerError('BAD_LENGTH', 'value of 4 GiB or more');
}
