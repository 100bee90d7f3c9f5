import { DerError, within } from './der-error.ts';
import { type AnySchema, type Decoded, type Encodable, Schema } from './schema.ts';
import { encodeTlv, isConstructed, type Tlv, tagText } from './tlv.ts';

/** The alternatives of a CHOICE by name. */
export type Alternatives = Readonly<Record<string, AnySchema>>;

/** The alternative that a decoded CHOICE is; `kind` tells which. */
export type Choice<A extends Alternatives> = {
  [K in keyof A & string]: { readonly kind: K; readonly value: Decoded<A[K]> };
}[keyof A & string];

/** The alternative that a CHOICE is encoded from. */
export type ChoiceInput<A extends Alternatives> = {
  [K in keyof A & string]: { readonly kind: K; readonly value: Encodable<A[K]> };
}[keyof A & string];

/** CHOICE: the tag of the object tells which alternative it is. */
export function choice<const A extends Alternatives>(alternatives: A): Schema<Choice<A>, ChoiceInput<A>> {
  return new ChoiceSchema(alternatives);
}

class ChoiceSchema<A extends Alternatives> extends Schema<Choice<A>, ChoiceInput<A>> {
  readonly tags: readonly number[];
  private readonly byTag = new Map<number, readonly [kind: string, schema: AnySchema]>();

  constructor(private readonly alternatives: A) {
    super();
    for (const [kind, schema] of Object.entries(alternatives)) {
      for (const tag of schema.tags) {
        if (this.byTag.has(tag)) throw new TypeError(`two alternatives have the tag ${tagText(tag)}`);
        this.byTag.set(tag, [kind, schema]);
      }
    }
    this.tags = [...this.byTag.keys()];
  }

  read(tlv: Tlv): Choice<A> {
    const alternative = this.byTag.get(tlv.tag);
    if (alternative === undefined)
      throw new DerError('UNEXPECTED_TAG', `no alternative has the tag ${tagText(tlv.tag)}`);
    const [kind, schema] = alternative;
    return { kind, value: within(kind, () => schema.read(tlv)) } as Choice<A>;
  }

  encode({ kind, value }: ChoiceInput<A>): Uint8Array {
    const schema = this.alternatives[kind] as Schema<unknown, unknown> | undefined;
    if (schema === undefined) throw new DerError('BAD_VALUE', `no alternative is called ${kind}`);
    return within(kind, () => schema.encode(value));
  }
}

/**
 * An explicit tag around an object: `A2 { A0 {..} }`. In ASN.1 this is also what a tag on a CHOICE is.
 */
export function explicit<Out, In>(tag: number, inner: Schema<Out, In>): Explicit<Out, In> {
  return new Explicit(tag, inner);
}

export class Explicit<Out, In> extends Schema<Out, In> {
  readonly tags: readonly [number];

  constructor(
    private readonly tag: number,
    private readonly inner: Schema<Out, In>,
  ) {
    super();
    if (!isConstructed(tag)) throw new TypeError(`${tagText(tag)} is the tag of a primitive type`);
    this.tags = [tag];
  }

  /** The same object under another tag. */
  withTag(tag: number): Explicit<Out, In> {
    return new Explicit(tag, this.inner);
  }

  read(tlv: Tlv): Out {
    const content = tlv.child();
    this.inner.requireTag(content);
    return this.inner.read(content);
  }

  encode(value: In): Uint8Array {
    return encodeTlv(this.tag, this.inner.encode(value));
  }
}
