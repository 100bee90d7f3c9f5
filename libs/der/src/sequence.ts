import { DerError, within } from './der-error.ts';
import { type AnySchema, type Decoded, type Encodable, Schema } from './schema.ts';
import { encodeTlv, isConstructed, parseTlv, type Tlv, tagText } from './tlv.ts';

/** A field that may be absent. */
export interface Optional<S extends AnySchema> {
  readonly optional: S;
}

/** Marks a field of a sequence as one that may be absent. */
export function optional<S extends AnySchema>(schema: S): Optional<S> {
  return { optional: schema };
}

type Field = AnySchema | Optional<AnySchema>;
/** The fields of a sequence by name, in the order they have on the wire. */
export type Fields = Readonly<Record<string, Field>>;

type OptionalKey<F extends Fields> = { [K in keyof F]: F[K] extends Optional<AnySchema> ? K : never }[keyof F];
type RequiredKey<F extends Fields> = Exclude<keyof F, OptionalKey<F>>;
type SchemaOf<F extends Field> = F extends Optional<infer S> ? S : F;
type Flat<T> = { [K in keyof T]: T[K] } & {};

/** What was received besides the declared fields. */
export interface Received {
  /** the object as it travelled, tag and length included: signatures are checked over this */
  readonly raw: Uint8Array;
  /** objects after the last declared field, which a later edition of the specification may define */
  readonly extensions?: readonly Uint8Array[];
}

/** A decoded sequence: its fields and its octets. */
export type Sequence<F extends Fields> = Flat<
  { readonly [K in RequiredKey<F>]: Decoded<SchemaOf<F[K]>> } & {
    readonly [K in OptionalKey<F>]?: Decoded<SchemaOf<F[K]>>;
  } & Received
>;

/**
 * What a sequence is encoded from: its fields (a `raw` among them is ignored), or its complete octets where they are at
 * hand already and must not change, because somebody signed them.
 */
export type SequenceInput<F extends Fields> =
  | Flat<
      { readonly [K in RequiredKey<F>]: Encodable<SchemaOf<F[K]>> } & {
        readonly [K in OptionalKey<F>]?: Encodable<SchemaOf<F[K]>> | undefined;
      } & { readonly raw?: Uint8Array; readonly extensions?: readonly Uint8Array[] | undefined }
    >
  | Uint8Array;

interface Step {
  readonly name: string;
  readonly schema: Schema<unknown, unknown>;
  readonly optional: boolean;
}

/**
 * SEQUENCE with these fields, in this order.
 *
 * SGP.22 is declared EXTENSIBILITY IMPLIED: objects after the last field whose tags are not those of a field are kept as
 * `extensions` and otherwise ignored. A field twice or out of order is refused.
 */
export function sequence<const F extends Fields>(tag: number, fields: F): SequenceSchema<F> {
  return new SequenceSchema(tag, fields);
}

export class SequenceSchema<F extends Fields> extends Schema<Sequence<F>, SequenceInput<F>> {
  readonly tags: readonly [number];
  private readonly steps: readonly Step[];

  constructor(
    readonly tag: number,
    readonly fields: F,
  ) {
    super();
    if (!isConstructed(tag)) throw new TypeError(`${tagText(tag)} is the tag of a primitive type`);
    this.tags = [tag];
    this.steps = Object.entries(fields).map(([name, field]) =>
      field instanceof Schema
        ? { name, schema: field, optional: false }
        : { name, schema: field.optional as Schema<unknown, unknown>, optional: true },
    );
  }

  /** The same fields under another tag. */
  withTag(tag: number): SequenceSchema<F> {
    return new SequenceSchema(tag, this.fields);
  }

  read(tlv: Tlv): Sequence<F> {
    const children = tlv.children();
    const value: Record<string, unknown> = { raw: tlv.raw };
    let next = 0;
    for (const { name, schema, optional } of this.steps) {
      const child = children[next];
      if (child !== undefined && schema.accepts(child.tag)) {
        value[name] = readField(name, schema, child);
        next += 1;
      } else if (!optional) {
        throw new DerError('MISSING_ELEMENT', `${name} is missing`);
      }
    }
    if (next < children.length) value.extensions = children.slice(next).map((child) => this.extension(child));
    return value as Sequence<F>;
  }

  encode(value: SequenceInput<F>): Uint8Array {
    if (value instanceof Uint8Array) {
      this.requireTag(parseTlv(value));
      return value;
    }
    const given = value as Readonly<Record<string, unknown>> & { readonly extensions?: readonly Uint8Array[] };
    const parts: Uint8Array[] = [];
    for (const { name, schema, optional } of this.steps) {
      const field = given[name];
      if (field !== undefined) parts.push(within(name, () => schema.encode(field)));
      else if (!optional) throw new DerError('MISSING_ELEMENT', `${name} is missing`);
    }
    for (const extension of given.extensions ?? []) parts.push(this.extension(parseTlv(extension)));
    return encodeTlv(this.tag, ...parts);
  }

  private extension(tlv: Tlv): Uint8Array {
    const known = this.steps.find(({ schema }) => schema.accepts(tlv.tag));
    if (known) throw new DerError('UNEXPECTED_TAG', `${known.name} is out of place, or there twice`);
    return tlv.raw;
  }
}

// Not through `within`: no closure per field on the decoding path.
function readField(name: string, schema: Schema<unknown, unknown>, tlv: Tlv): unknown {
  try {
    return schema.read(tlv);
  } catch (error) {
    throw error instanceof DerError ? error.within(name) : error;
  }
}

/** SEQUENCE OF: `minimum`..`maximum` objects of one type. */
export function sequenceOf<Out, In>(
  tag: number,
  element: Schema<Out, In>,
  minimum = 0,
  maximum = 4096,
): Schema<readonly Out[], readonly In[]> {
  return new SequenceOf(tag, element, minimum, maximum);
}

class SequenceOf<Out, In> extends Schema<readonly Out[], readonly In[]> {
  readonly tags: readonly [number];

  constructor(
    private readonly tag: number,
    private readonly element: Schema<Out, In>,
    private readonly minimum: number,
    private readonly maximum: number,
  ) {
    super();
    if (!isConstructed(tag)) throw new TypeError(`${tagText(tag)} is the tag of a primitive type`);
    this.tags = [tag];
  }

  read(tlv: Tlv): readonly Out[] {
    const children = tlv.children(this.maximum);
    this.requireCount(children.length);
    return children.map((child, index) =>
      within(`[${index}]`, () => {
        this.element.requireTag(child);
        return this.element.read(child);
      }),
    );
  }

  encode(values: readonly In[]): Uint8Array {
    this.requireCount(values.length);
    const parts = values.map((value, index) => within(`[${index}]`, () => this.element.encode(value)));
    return encodeTlv(this.tag, ...parts);
  }

  private requireCount(count: number): void {
    if (count < this.minimum) throw new DerError('OUT_OF_RANGE', `fewer than ${this.minimum} elements`);
    if (count > this.maximum) throw new DerError('TOO_MANY', `more than ${this.maximum} elements`);
  }
}
