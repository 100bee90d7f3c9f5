import { DerError, parseTlv, type Tlv } from '@tegata/der';
import { type ElementOf, type ProfileElement, readProfileElement } from './elements/profile-element.ts';
import { PackageRules } from './package-rules.ts';
import { ProfilePackageError, type ProfilePackageErrorCode } from './profile-package-error.ts';

/** Most that a reader takes. The defaults are far above what operators issue (tens of kilobytes, some hundred elements). */
export interface ReaderLimits {
  /** octets of one element; no more than this (and one chunk) is ever held */
  readonly elementOctets?: number;
  /** octets of the package */
  readonly packageOctets?: number;
}

const DEFAULT_ELEMENT_OCTETS = 256 * 1024;
const DEFAULT_PACKAGE_OCTETS = 1024 * 1024;
/** Tag (at most 4 octets) and length (at most 5): enough to know how long an element is. */
const LONGEST_HEADER = 9;

/** A complete package whose elements obey the rules of sequence. */
export interface ProfilePackage {
  readonly header: ElementOf<'header'>['body'];
  /** all of them, header first and end last */
  readonly elements: readonly ProfileElement[];
}

/**
 * Reads a package that arrives in pieces (an eUICC gets at most 1007 octets at a time, cut without regard to elements).
 *
 * Each element is handed out, checked, as soon as its last octet is there; only the unfinished one is held. After an error
 * the reader is of no further use.
 */
export class ProfilePackageReader {
  private readonly rules = new PackageRules();
  private readonly elementOctets: number;
  private readonly packageOctets: number;
  private index = 0;
  private received = 0;
  /** the unfinished element; has its final size once that is known */
  private pending = Buffer.alloc(LONGEST_HEADER);
  private filled = 0;
  /** octets of the unfinished element, tag and length included, once known */
  private expected: number | undefined;

  constructor(limits: ReaderLimits = {}) {
    this.elementOctets = limits.elementOctets ?? DEFAULT_ELEMENT_OCTETS;
    this.packageOctets = limits.packageOctets ?? DEFAULT_PACKAGE_OCTETS;
  }

  /** Whether the end element was read. */
  get complete(): boolean {
    return this.rules.complete;
  }

  /** Octets that are held for the unfinished element. */
  get pendingOctets(): number {
    return this.filled === 0 ? 0 : (this.expected ?? this.filled);
  }

  /**
   * Takes the next octets (any number) and returns the elements they complete, in order.
   *
   * @throws ProfilePackageError
   */
  push(chunk: Uint8Array): ProfileElement[] {
    this.received += chunk.length;
    if (this.received > this.packageOctets)
      throw this.error('PACKAGE_TOO_LARGE', `more than ${this.packageOctets} octets`);
    const elements: ProfileElement[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      if (this.complete) throw this.error('TRAILING_OCTETS', 'octets follow the end element');
      const taken = this.fill(rest);
      rest = rest.subarray(taken);
      if (this.filled === this.expected) elements.push(this.takePending());
    }
    return elements;
  }

  /** Says that no more octets come. @throws ProfilePackageError `TRUNCATED` when the end element was not read */
  finish(): void {
    if (!this.complete) {
      throw this.error('TRUNCATED', this.filled > 0 ? 'the last element is cut off' : 'there is no end element');
    }
  }

  /** Moves octets from `chunk` to the unfinished element, and returns how many. */
  private fill(chunk: Uint8Array): number {
    const room = (this.expected ?? this.pending.length) - this.filled;
    const taken = Math.min(room, chunk.length);
    this.pending.set(chunk.subarray(0, taken), this.filled);
    this.filled += taken;
    if (this.expected !== undefined) return taken;
    this.expected = this.lengthOfPending();
    if (this.expected === undefined) return taken;
    if (this.expected > this.elementOctets) {
      throw this.error('ELEMENT_TOO_LARGE', `an element of more than ${this.elementOctets} octets`);
    }
    // Octets that were taken to learn the length may already belong to the next element: they are given back.
    const surplus = Math.max(0, this.filled - this.expected);
    this.filled -= surplus;
    const whole = Buffer.alloc(this.expected);
    this.pending.copy(whole, 0, 0, this.filled);
    this.pending = whole;
    return taken - surplus;
  }

  /** Octets of the element that begins in `pending`, or undefined while tag and length are not complete. */
  private lengthOfPending(): number | undefined {
    const length = elementLength(this.pending.subarray(0, this.filled));
    if (Number.isNaN(length)) throw this.error('MALFORMED_ELEMENT', 'tag or length is not DER');
    return length;
  }

  private takePending(): ProfileElement {
    const element = readProfileElement(parsePending(this.pending, this.index), this.index);
    this.rules.take(element);
    this.index += 1;
    this.pending = Buffer.alloc(LONGEST_HEADER);
    this.filled = 0;
    this.expected = undefined;
    return element;
  }

  private error(code: ProfilePackageErrorCode, message: string): ProfilePackageError {
    return new ProfilePackageError(code, message, { index: this.index });
  }
}

/**
 * Octets of the element whose first octets are `known`: undefined while they do not tell, NaN when they never will. What is
 * short of DER besides (a length in too many octets) comes out when the element is complete.
 */
function elementLength(known: Uint8Array): number | undefined {
  let at = 0;
  const first = known[at++];
  if (first === undefined) return undefined;
  if ((first & 0x1f) === 0x1f) {
    let octet: number | undefined;
    do {
      if (at === 4) return Number.NaN;
      octet = known[at++];
      if (octet === undefined) return undefined;
    } while (octet >= 0x80);
  }
  const initial = known[at++];
  if (initial === undefined) return undefined;
  if (initial < 0x80) return at + initial;
  const count = initial & 0x7f;
  if (count === 0 || count > 4) return Number.NaN;
  if (at + count > known.length) return undefined;
  let length = 0;
  for (const octet of known.subarray(at, at + count)) length = length * 0x100 + octet;
  return at + count + length;
}

function parsePending(octets: Uint8Array, index: number): Tlv {
  try {
    return parseTlv(octets);
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new ProfilePackageError('MALFORMED_ELEMENT', cause.message, { index, cause });
  }
}

/**
 * Reads a complete package.
 *
 * @throws ProfilePackageError for anything but one well-formed package
 */
export function readProfilePackage(octets: Uint8Array, limits?: ReaderLimits): ProfilePackage {
  const reader = new ProfilePackageReader(limits);
  const elements = reader.push(octets);
  reader.finish();
  return profilePackage(elements);
}

/** The package that elements make, checked as `readProfilePackage` does. @throws ProfilePackageError */
export function profilePackage(elements: readonly ProfileElement[]): ProfilePackage {
  const rules = new PackageRules();
  for (const element of elements) rules.take(element);
  if (!rules.complete) throw new ProfilePackageError('TRUNCATED', 'there is no end element');
  const [first] = elements;
  if (first?.type !== 'header') throw new ProfilePackageError('HEADER_NOT_FIRST', 'there is no header');
  return { header: first.body, elements };
}

/** The octets of a package: its elements, one after the other. */
export function encodeProfilePackage({ elements }: Pick<ProfilePackage, 'elements'>): Uint8Array {
  return Buffer.concat(elements.map((element) => element.raw));
}
