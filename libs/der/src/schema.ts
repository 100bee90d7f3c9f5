import { DerError } from './der-error.ts';
import { parseTlv, type Tlv, tagText } from './tlv.ts';

/**
 * How one ASN.1 type looks on the wire: the tags it may begin with, and the way both ways between octets and a typed value.
 *
 * `Out` is what decoding yields, `In` what encoding takes (a decoded value is always good as `In`). Schemas are immutable
 * and are declared once, as data, beside the name they have in the specification.
 */
export abstract class Schema<Out, In = Out> {
  /** Tags that an object of this type may have; more than one for a CHOICE. */
  abstract readonly tags: readonly number[];

  /**
   * Interprets an object whose tag is one of `tags`.
   *
   * @throws DerError with the path to the element that is wrong
   */
  abstract read(tlv: Tlv): Out;

  /**
   * The complete object, tag and length included.
   *
   * @throws DerError for a value outside the declared sizes or ranges
   */
  abstract encode(value: In): Uint8Array;

  /**
   * The value that exactly these octets are.
   *
   * @throws DerError for anything else, octets after the object included
   */
  decode(octets: Uint8Array): Out {
    const tlv = parseTlv(octets);
    this.requireTag(tlv);
    return this.read(tlv);
  }

  /** Whether an object with this tag can be of this type. */
  accepts(tag: number): boolean {
    return this.tags.includes(tag);
  }

  /** @throws DerError `UNEXPECTED_TAG` */
  requireTag(tlv: Tlv): void {
    if (!this.accepts(tlv.tag)) {
      throw new DerError('UNEXPECTED_TAG', `${this.tags.map(tagText).join(' or ')} expected, not ${tagText(tlv.tag)}`);
    }
  }
}

/** A schema of whatever type, for constraints; it can decode, and needs a narrower type to encode. */
export type AnySchema = Schema<unknown, never>;

/** What decoding with the schema `S` yields. */
export type Decoded<S> = S extends Schema<infer Out, never> ? Out : never;

/** What encoding with the schema `S` takes. */
export type Encodable<S> = S extends { encode(value: infer In): Uint8Array } ? In : never;
