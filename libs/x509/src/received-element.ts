import { decodeBitString, decodeBoolean, decodeObjectIdentifier, parseTlv, type Tlv } from '@tegata/der';
import { CertificateError } from './certificate-error.ts';

/** Deepest nesting that is followed; certificates have about ten. */
const MAXIMUM_DEPTH = 32;

/** Identifier octets used in X.509. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/**
 * An ASN.1 element as it was received. `octets` (tag, length, value) and `content` are views on the received octets, so
 * that signatures are checked over what travelled; they are made when they are asked for.
 */
export class ReceivedElement {
  /** identifier octet, for example 0x30 */
  readonly tag: number;
  /** what is inside a constructed element, empty for a primitive one */
  readonly elements: readonly ReceivedElement[];
  readonly #tlv: Tlv;

  constructor(tlv: Tlv, elements: readonly ReceivedElement[]) {
    this.tag = tlv.tag;
    this.elements = elements;
    this.#tlv = tlv;
  }

  get octets(): Uint8Array {
    return this.#tlv.raw;
  }

  get content(): Uint8Array {
    return this.#tlv.value;
  }
}

/**
 * Parses one element and everything in it: lengths in their shortest form, tags of one octet, nothing left over.
 *
 * @throws CertificateError `MALFORMED`
 */
export function readElement(octets: Uint8Array): ReceivedElement {
  try {
    return elementOf(parseTlv(octets), 0);
  } catch (cause) {
    throw cause instanceof CertificateError ? cause : malformed('not DER', cause);
  }
}

const none: readonly ReceivedElement[] = [];

function elementOf(tlv: Tlv, depth: number): ReceivedElement {
  if (tlv.tag > 0xff) throw malformed('tag of more than one octet');
  if (depth > MAXIMUM_DEPTH) throw malformed('nested too deep');
  return new ReceivedElement(tlv, tlv.constructed ? tlv.children().map((child) => elementOf(child, depth + 1)) : none);
}

/** The error for octets that are not what X.509 says they are. */
export function malformed(reason: string, cause?: unknown): CertificateError {
  return new CertificateError('MALFORMED', reason, undefined, cause === undefined ? undefined : { cause });
}

/** The element itself, when it has the tag. @throws CertificateError `MALFORMED` */
export function expectTag(element: ReceivedElement | undefined, tag: number, what: string): ReceivedElement {
  if (element?.tag !== tag) throw malformed(`${what} is absent or of another type`);
  return element;
}

/** Walks the elements of a SEQUENCE in order; every element must be asked for. */
export class ElementReader {
  readonly #elements: readonly ReceivedElement[];
  readonly #what: string;
  #next = 0;

  /** @throws CertificateError `MALFORMED` when `parent` has not the tag */
  constructor(parent: ReceivedElement | undefined, what: string, tag: number = tags.sequence) {
    this.#elements = expectTag(parent, tag, what).elements;
    this.#what = what;
  }

  /** The next element, which must have the tag. @throws CertificateError `MALFORMED` */
  take(tag: number, what: string): ReceivedElement {
    return expectTag(this.#elements[this.#next++], tag, what);
  }

  /** The next element whatever its tag. @throws CertificateError `MALFORMED` at the end */
  takeAny(what: string): ReceivedElement {
    const element = this.#elements[this.#next++];
    if (element === undefined) throw malformed(`${what} is absent`);
    return element;
  }

  /** The next element if it has the tag. */
  takeIf(tag: number): ReceivedElement | undefined {
    const element = this.#elements[this.#next];
    if (element?.tag !== tag) return undefined;
    this.#next++;
    return element;
  }

  /** @throws CertificateError `MALFORMED` when elements are left */
  end(): void {
    if (this.#next < this.#elements.length) throw malformed(`${this.#what} has elements that do not belong to it`);
  }
}

/** Runs a content decoder of `@tegata/der`; what it refuses is a malformed certificate. */
function decode<T>(element: ReceivedElement | undefined, tag: number, what: string, decoder: (c: Uint8Array) => T): T {
  const { content } = expectTag(element, tag, what);
  try {
    return decoder(content);
  } catch (cause) {
    throw malformed(`${what} has no valid value`, cause);
  }
}

/** Dotted form of an OBJECT IDENTIFIER element. */
export function readOid(element: ReceivedElement | undefined, what: string, tag: number = tags.oid): string {
  return decode(element, tag, what, decodeObjectIdentifier);
}

/** Value of a BOOLEAN element. */
export function readBoolean(element: ReceivedElement | undefined, what: string): boolean {
  return decode(element, tags.boolean, what, decodeBoolean);
}

/** Octets of a BIT STRING element that holds whole octets. */
export function readBitOctets(element: ReceivedElement | undefined, what: string): Uint8Array {
  const { unusedBits, octets } = decode(element, tags.bitString, what, decodeBitString);
  if (unusedBits !== 0) throw malformed(`${what} is not of whole octets`);
  return octets;
}

/** Content octets of an INTEGER that is not negative, without the octet that only holds the sign. */
export function readUnsigned(
  element: ReceivedElement | undefined,
  what: string,
  tag: number = tags.integer,
): Uint8Array {
  const { content } = expectTag(element, tag, what);
  const [first, second] = content;
  if (first === undefined || first >= 0x80) throw malformed(`${what} is negative or empty`);
  if (second === undefined || first !== 0) return content;
  if (second < 0x80) throw malformed(`${what} is longer than needed`);
  return content.subarray(1);
}

/** Value of an INTEGER from 0 to 2^31 - 1. */
export function readSmallInteger(
  element: ReceivedElement | undefined,
  what: string,
  tag: number = tags.integer,
): number {
  const octets = readUnsigned(element, what, tag);
  if (octets.length > 4) throw malformed(`${what} is too large`);
  const value = octets.reduce((sum, octet) => sum * 0x100 + octet, 0);
  if (value > 0x7fff_ffff) throw malformed(`${what} is too large`);
  return value;
}

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

/**
 * Instant of a Time element (RFC 5280 section 4.1.2.5): UTCTime to the second until 2049, GeneralizedTime from 2050.
 *
 * @throws CertificateError `MALFORMED`
 */
export function readTime(element: ReceivedElement | undefined, what: string): Date {
  const tag = element?.tag === tags.generalizedTime ? tags.generalizedTime : tags.utcTime;
  const text = Buffer.from(expectTag(element, tag, what).content).toString('latin1');
  const [, year = '', month, day, hour, minute, second] =
    (tag === tags.utcTime ? UTC_TIME : GENERALIZED_TIME).exec(text) ?? [];
  const fullYear = year.length === 2 ? `${Number(year) < 50 ? '20' : '19'}${year}` : year;
  const iso = `${fullYear}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const instant = new Date(iso);
  // Date rolls 31 February over; an instant that prints differently was not one.
  if (Number.isNaN(instant.getTime()) || instant.toISOString() !== iso) throw malformed(`${what} is no instant`);
  if (tag === tags.generalizedTime && instant.getUTCFullYear() < 2050) throw malformed(`${what} should be a UTCTime`);
  return instant;
}
