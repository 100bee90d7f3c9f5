import { DerError } from './der-error.ts';

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
  /** the tag octets as one integer: 0x30, 0x5F37, 0xBF38 */
  readonly tag: number;
  /** whether bit 6 of the tag says that the content is itself a series of objects */
  readonly constructed: boolean;
  /** octets of tag and length */
  readonly headerLength: number;
  /** octets of the value, which need not be there yet */
  readonly length: number;
}

/**
 * One object as it was received.
 *
 * `raw` and `value` are views on the octets given to the parser, not copies: what is verified over `raw` is verified over
 * the octets that travelled. They are made when they are asked for.
 */
export class Tlv implements TlvHeader {
  readonly tag: number;
  readonly constructed: boolean;
  readonly headerLength: number;
  readonly length: number;
  readonly #octets: Uint8Array;
  readonly #offset: number;

  /** Of what was parsed at `offset` of `octets`; made by the functions of this module. */
  constructor(
    octets: Uint8Array,
    offset: number,
    tag: number,
    constructed: boolean,
    headerLength: number,
    length: number,
  ) {
    this.tag = tag;
    this.constructed = constructed;
    this.headerLength = headerLength;
    this.length = length;
    this.#octets = octets;
    this.#offset = offset;
  }

  /** tag, length and value */
  get raw(): Uint8Array {
    return this.#octets.subarray(this.#offset, this.#offset + this.headerLength + this.length);
  }

  /** the content octets alone */
  get value(): Uint8Array {
    const at = this.#offset + this.headerLength;
    return this.#octets.subarray(at, at + this.length);
  }

  /**
   * The objects that the value is a series of (none when empty).
   *
   * @throws DerError as `readTlv`, and `TOO_MANY` beyond `maximum` objects
   */
  children(maximum = MAXIMUM_CHILDREN): Tlv[] {
    const at = this.#offset + this.headerLength;
    return seriesOf(this.#octets, at, at + this.length, maximum);
  }

  /**
   * The one object that the value is.
   *
   * @throws DerError as `parseTlv`
   */
  child(): Tlv {
    const at = this.#offset + this.headerLength;
    return onlyOne(this.#octets, at, at + this.length);
  }
}

/**
 * Reads tag and length at `offset`, for objects that arrive piece by piece.
 *
 * @throws DerError `TRUNCATED`, `BAD_TAG`, `BAD_LENGTH`
 */
export function readHeader(octets: Uint8Array, offset = 0): TlvHeader {
  return headerAt(octets, offset, octets.length);
}

/** The object that begins at `offset`, of which the header must end at `end` or before. */
function headerAt(octets: Uint8Array, offset: number, end: number): Tlv {
  let at = offset;
  if (at >= end) throw new DerError('TRUNCATED', 'no tag');
  const first = octets[at++] as number;
  let tag = first;
  if ((first & 0x1f) === 0x1f) {
    let number = 0;
    let octet: number;
    do {
      if (at >= end) throw new DerError('TRUNCATED', 'tag is cut off');
      octet = octets[at++] as number;
      if (number === 0 && octet === 0x80) throw new DerError('BAD_TAG', 'tag number has leading zeros');
      if (at - offset > MAXIMUM_TAG_OCTETS) throw new DerError('BAD_TAG', 'tag is too long');
      number = number * 0x80 + (octet & 0x7f);
      tag = tag * 0x100 + octet;
    } while (octet >= 0x80);
    if (number < 0x1f) throw new DerError('BAD_TAG', 'tag number below 31 in the long form');
  } else if (first === 0x00) {
    throw new DerError('BAD_TAG', 'tag 00 is reserved');
  }
  if (at >= end) throw new DerError('TRUNCATED', `no length after tag ${tagText(tag)}`);
  const initial = octets[at++] as number;
  let length = initial;
  if (initial >= 0x80) {
    const count = initial & 0x7f;
    if (count === 0) throw new DerError('BAD_LENGTH', 'indefinite length');
    if (count > MAXIMUM_LENGTH_OCTETS) throw new DerError('BAD_LENGTH', 'length is too long');
    if (count > end - at) throw new DerError('TRUNCATED', `length after tag ${tagText(tag)} is cut off`);
    length = 0;
    for (let i = 0; i < count; i++) length = length * 0x100 + (octets[at++] as number);
    // The shortest form has no leading zero octet and is not used below 128.
    if (length < 0x80 || length < 2 ** (8 * (count - 1)))
      throw new DerError('BAD_LENGTH', 'length is not the shortest');
  }
  return new Tlv(octets, offset, tag, (first & 0x20) !== 0, at - offset, length);
}

/** The object that begins at `offset` and ends at `end` or before. */
function tlvAt(octets: Uint8Array, offset: number, end: number): Tlv {
  const tlv = headerAt(octets, offset, end);
  if (tlv.length > end - offset - tlv.headerLength) {
    throw new DerError('TRUNCATED', `value of ${tagText(tlv.tag)} is cut off`);
  }
  return tlv;
}

function onlyOne(octets: Uint8Array, offset: number, end: number): Tlv {
  const tlv = tlvAt(octets, offset, end);
  if (offset + tlv.headerLength + tlv.length !== end) {
    throw new DerError('TRAILING_OCTETS', `octets follow ${tagText(tlv.tag)}`);
  }
  return tlv;
}

function seriesOf(octets: Uint8Array, offset: number, end: number, maximum: number): Tlv[] {
  const series: Tlv[] = [];
  for (let at = offset; at < end; ) {
    if (series.length === maximum) throw new DerError('TOO_MANY', `more than ${maximum} objects`);
    const tlv = tlvAt(octets, at, end);
    series.push(tlv);
    at += tlv.headerLength + tlv.length;
  }
  return series;
}

/**
 * Reads the object that begins at `offset`; what follows it is not looked at.
 *
 * @throws DerError `TRUNCATED`, `BAD_TAG`, `BAD_LENGTH`
 */
export function readTlv(octets: Uint8Array, offset = 0): Tlv {
  return tlvAt(octets, offset, octets.length);
}

/**
 * The one object that `octets` is.
 *
 * @throws DerError as `readTlv`, and `TRAILING_OCTETS`
 */
export function parseTlv(octets: Uint8Array): Tlv {
  return onlyOne(octets, 0, octets.length);
}

/**
 * The objects that `value` is a series of (none when empty).
 *
 * @throws DerError as `readTlv`, and `TOO_MANY` beyond `maximum` objects
 */
export function parseChildren(value: Uint8Array, maximum = MAXIMUM_CHILDREN): Tlv[] {
  return seriesOf(value, 0, value.length, maximum);
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
