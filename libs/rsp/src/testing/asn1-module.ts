/** A type of an ASN.1 module, as far as SGP.22 annex H and the TCA profile format need it. */
export type Asn1Type =
  | { readonly kind: 'SEQUENCE' | 'CHOICE'; readonly tag?: Tag; readonly members: readonly Member[] }
  | { readonly kind: 'SEQUENCE OF'; readonly tag?: Tag; readonly element: Asn1Type; readonly minimum: number }
  | { readonly kind: 'reference'; readonly tag?: Tag; readonly name: string }
  | {
      readonly kind: 'INTEGER' | 'BIT STRING' | 'OCTET STRING' | 'UTF8String' | 'BOOLEAN' | 'OBJECT IDENTIFIER';
      readonly tag?: Tag;
      readonly names: Readonly<Record<string, number>>;
      readonly size?: readonly [minimum: number, maximum: number];
    };
type PrimitiveKind = Extract<Asn1Type, { names: unknown }>['kind'];

export interface Member {
  readonly name: string;
  readonly type: Asn1Type;
  readonly optional: boolean;
}

/** Class (its two bits in the identifier octet) and number. */
export interface Tag {
  readonly class: number;
  readonly number: number;
}

const CLASSES: Readonly<Record<string, number>> = { APPLICATION: 0x40, PRIVATE: 0xc0 };

/** The types that a module assigns, by name. */
export function parseAsn1Module(text: string): ReadonlyMap<string, Asn1Type> {
  const source = text.replace(/\/\*.*?\*\//gs, '').replace(/--.*/g, '');
  const body = source.slice(source.indexOf('BEGIN') + 5);
  return new ModuleReader(body.match(/::=|\.{2,3}|'\w*'H|[\w-]+|\S/g) ?? []).types();
}

class ModuleReader {
  private at = 0;

  constructor(private readonly tokens: readonly string[]) {}

  types(): ReadonlyMap<string, Asn1Type> {
    const found = new Map<string, Asn1Type>();
    while (this.at < this.tokens.length) {
      const name = this.next();
      if (/^[A-Z]/.test(name) && this.isNext('::=')) found.set(name, this.type());
    }
    return found;
  }

  private type(): Asn1Type {
    const tag = this.tag();
    const tagged = tag && { tag };
    const word = this.next();
    switch (word) {
      case 'SEQUENCE':
        if (this.isAt('{')) return { kind: word, ...tagged, members: this.members() };
        return { kind: 'SEQUENCE OF', ...tagged, minimum: this.size()?.[0] ?? 0, element: this.elementType() };
      case 'CHOICE':
        return { kind: word, ...tagged, members: this.members() };
      case 'INTEGER':
      case 'UTF8String':
      case 'BOOLEAN':
        return this.primitive(word, tagged);
      case 'BIT':
      case 'OCTET':
      case 'OBJECT':
        return this.primitive(`${word} ${this.next()}` as PrimitiveKind, tagged);
      default:
        return { kind: 'reference', ...tagged, name: word };
    }
  }

  private primitive(kind: PrimitiveKind, tagged: { readonly tag: Tag } | undefined): Asn1Type {
    const names: Record<string, number> = {};
    if (this.isNext('{')) {
      while (!this.isNext('}')) {
        const name = this.next();
        this.expect('(');
        names[name] = Number(this.next());
        this.expect(')');
        this.isNext(',');
      }
    }
    const size = this.size();
    return { kind, ...tagged, names, ...(size && { size }) };
  }

  /** `(SIZE(1..16))`; a range of values, such as `(0..MAX)`, is passed over. */
  private size(): readonly [number, number] | undefined {
    if (!this.isNext('(')) return undefined;
    const bounds: number[] = [];
    const isSize = this.isNext('SIZE');
    for (let depth = 1; depth > 0; ) {
      const token = this.next();
      if (token === '(') depth += 1;
      else if (token === ')') depth -= 1;
      else if (token !== '..') bounds.push(Number(token));
    }
    const [minimum = 0, maximum = minimum] = bounds;
    return isSize ? [minimum, maximum] : undefined;
  }

  private elementType(): Asn1Type {
    this.expect('OF');
    return this.type();
  }

  private members(): readonly Member[] {
    const members: Member[] = [];
    this.expect('{');
    while (!this.isNext('}')) {
      if (this.isNext('...')) continue;
      const name = this.next();
      const type = this.type();
      const isDefault = this.isNext('DEFAULT');
      if (isDefault) this.next();
      members.push({ name, type, optional: this.isNext('OPTIONAL') || isDefault });
      this.isNext(',');
    }
    return members;
  }

  private tag(): Tag | undefined {
    if (!this.isNext('[')) return undefined;
    const word = this.next();
    const class_ = CLASSES[word];
    const number = Number(class_ === undefined ? word : this.next());
    this.expect(']');
    this.isNext('IMPLICIT');
    return { class: class_ ?? 0x80, number };
  }

  private next(): string {
    return this.tokens[this.at++] ?? '';
  }

  private isAt(token: string): boolean {
    return this.tokens[this.at] === token;
  }

  private isNext(token: string): boolean {
    const is = this.isAt(token);
    if (is) this.at += 1;
    return is;
  }

  private expect(token: string): void {
    if (!this.isNext(token)) throw new Error(`${token} expected, not ${this.tokens[this.at]}, at token ${this.at}`);
  }
}
