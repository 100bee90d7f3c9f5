import { decodeNamedBits, encodeNamedBits } from './bit-string.ts';
import { decodeBoolean, encodeBoolean } from './boolean.ts';
import { DerError } from './der-error.ts';
import { decodeGeneralizedTime, encodeGeneralizedTime } from './generalized-time.ts';
import { decodeInteger, encodeInteger } from './integer.ts';
import { decodeObjectIdentifier, encodeObjectIdentifier } from './object-identifier.ts';
import { Schema } from './schema.ts';
import { encodeTlv, isConstructed, type Tlv, tagText } from './tlv.ts';
import { decodeUtf8, encodeUtf8 } from './utf8-string.ts';

/** Universal tags, for elements that the specification gives no tag of their own. */
export const Universal = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OBJECT_IDENTIFIER: 0x06,
  UTF8_STRING: 0x0c,
  GENERALIZED_TIME: 0x18,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const;

/** A type whose content octets are one value. */
export class Primitive<T> extends Schema<T> {
  readonly tags: readonly [number];

  constructor(
    readonly tag: number,
    private readonly fromContent: (content: Uint8Array) => T,
    private readonly toContent: (value: T) => Uint8Array,
  ) {
    super();
    if (isConstructed(tag)) throw new TypeError(`${tagText(tag)} is the tag of a constructed type`);
    this.tags = [tag];
  }

  read(tlv: Tlv): T {
    return this.fromContent(tlv.value);
  }

  encode(value: T): Uint8Array {
    return encodeTlv(this.tag, this.toContent(value));
  }

  /** The same octets with another type in the program: `to` and `from` are inverse, and throw DerError. */
  as<U>(to: (value: T) => U, from: (value: U) => T): Primitive<U> {
    return new Primitive(
      this.tag,
      (content) => to(this.fromContent(content)),
      (value) => this.toContent(from(value)),
    );
  }
}

/** OCTET STRING of `minimum`..`maximum` octets (exactly `minimum` when there is one number, any size when none). */
export function octets(tag: number, minimum?: number, maximum = minimum): Primitive<Uint8Array> {
  const check = (value: Uint8Array): Uint8Array => {
    if (value.length < (minimum ?? 0) || value.length > (maximum ?? Number.POSITIVE_INFINITY)) {
      throw new DerError('OUT_OF_RANGE', `${value.length} octets where ${sizeText(minimum, maximum)} are allowed`);
    }
    return value;
  };
  return new Primitive(tag, check, check);
}

/** INTEGER within ±(2^53 - 1), or within the given bounds. */
export function integer(
  tag: number,
  minimum: number = Number.MIN_SAFE_INTEGER,
  maximum: number = Number.MAX_SAFE_INTEGER,
): Primitive<number> {
  const check = (value: number): number => {
    if (!(value >= minimum && value <= maximum)) throw new DerError('OUT_OF_RANGE', 'INTEGER is outside its range');
    return value;
  };
  return new Primitive(
    tag,
    (content) => check(decodeInteger(content)),
    (value) => encodeInteger(check(value)),
  );
}

/** BOOLEAN. */
export function boolean(tag: number): Primitive<boolean> {
  return new Primitive(tag, decodeBoolean, encodeBoolean);
}

/** NULL: an element whose presence is all it says; the value is `null`. */
export function nothing(tag: number): Primitive<null> {
  return new Primitive<null>(
    tag,
    (content) => {
      if (content.length !== 0) throw new DerError('BAD_VALUE', 'NULL with content');
      return null;
    },
    () => new Uint8Array(0),
  );
}

/** UTF8String of `minimum`..`maximum` characters (code points). */
export function utf8String(tag: number, minimum = 0, maximum = Number.POSITIVE_INFINITY): Primitive<string> {
  const check = (text: string): string => {
    // A code point is one or two UTF-16 units; counting is needed only between the two.
    const characters = text.length <= maximum && text.length >= 2 * minimum ? text.length : [...text].length;
    if (characters < minimum || characters > maximum) {
      throw new DerError('OUT_OF_RANGE', `${characters} characters where ${sizeText(minimum, maximum)} are allowed`);
    }
    return text;
  };
  return new Primitive(
    tag,
    (content) => check(decodeUtf8(content)),
    (text) => encodeUtf8(check(text)),
  );
}

/** OBJECT IDENTIFIER, as its dotted form. */
export function objectIdentifier(tag: number): Primitive<string> {
  return new Primitive(tag, decodeObjectIdentifier, encodeObjectIdentifier);
}

/** GeneralizedTime in its DER form. */
export function generalizedTime(tag: number): Primitive<Date> {
  return new Primitive(tag, decodeGeneralizedTime, encodeGeneralizedTime);
}

/** A named bit, or `bit19` for one that the declaration has no name for (a later edition may). */
export type BitName<Names extends Readonly<Record<string, number>>> = (keyof Names & string) | `bit${number}`;

/** BIT STRING with named bits, as the names of the bits that are set, in the order of the bits. */
export function namedBits<const Names extends Readonly<Record<string, number>>>(
  tag: number,
  names: Names,
): Primitive<readonly BitName<Names>[]> {
  const nameOf = new Map<number, BitName<Names>>(
    Object.entries(names).map(([name, bit]) => [bit, name as BitName<Names>]),
  );
  const bitOf = (name: BitName<Names>): number => {
    const bit = names[name] ?? (/^bit\d+$/.test(name) ? Number(name.slice(3)) : undefined);
    if (bit === undefined) throw new DerError('BAD_VALUE', `no bit is called ${name}`);
    return bit;
  };
  return new Primitive<readonly BitName<Names>[]>(
    tag,
    (content) => decodeNamedBits(content).map((bit) => nameOf.get(bit) ?? `bit${bit}`),
    (set) => encodeNamedBits(set.map(bitOf)),
  );
}

/**
 * An object that is kept as it is, tag and length included: a certificate, a signature, an object that is somebody else's.
 * Only that it is one well-formed object with this tag is checked, and that it has `length` octets in all where given.
 */
export function verbatim(tag: number, length?: number): Schema<Uint8Array> {
  return new Verbatim(tag, length);
}

class Verbatim extends Schema<Uint8Array> {
  readonly tags: readonly [number];

  constructor(
    tag: number,
    private readonly length: number | undefined,
  ) {
    super();
    this.tags = [tag];
  }

  read({ raw }: Tlv): Uint8Array {
    if (this.length !== undefined && raw.length !== this.length) {
      throw new DerError('OUT_OF_RANGE', `object of ${raw.length} octets where ${this.length} are allowed`);
    }
    return raw;
  }

  encode(value: Uint8Array): Uint8Array {
    return this.decode(value);
  }
}

function sizeText(minimum = 0, maximum = Number.POSITIVE_INFINITY): string {
  if (minimum === maximum) return `${minimum}`;
  return maximum === Number.POSITIVE_INFINITY ? `${minimum} or more` : `${minimum}..${maximum}`;
}
