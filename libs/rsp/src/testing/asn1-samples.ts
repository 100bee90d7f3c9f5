import { encodeTlv } from '@tegata/der';
import type { Asn1Type, Member, Tag } from './asn1-module.ts';

/** DER of a type, made from the ASN.1 module alone, and whether the module allows it. */
export interface Asn1Sample {
  readonly what: string;
  readonly der: Uint8Array;
  readonly allowed: boolean;
}

/** Content that is more than its ASN.1 type, by the name of the member or type: anything else would be refused for that. */
export type Contents = Readonly<Record<string, Uint8Array>>;

const UNIVERSAL = {
  BOOLEAN: 1,
  INTEGER: 2,
  'BIT STRING': 3,
  'OCTET STRING': 4,
  'OBJECT IDENTIFIER': 6,
  UTF8String: 12,
};

/** Samples of the types of a module with AUTOMATIC TAGS; the first of each is allowed and has all there is. */
export class Asn1Samples {
  constructor(
    private readonly types: ReadonlyMap<string, Asn1Type>,
    private readonly contents: Contents,
  ) {}

  of(name: string): readonly Asn1Sample[] {
    return this.samples({ kind: 'reference', name }, name);
  }

  private samples(type: Asn1Type, name: string): readonly Asn1Sample[] {
    const untagged = this.untagged(type, name);
    const { tag } = type;
    if (tag === undefined) return untagged;
    const isExplicit = this.isUntaggedChoice(type);
    return untagged.map((sample) => ({
      ...sample,
      der: isExplicit ? wrapped(tag, sample.der) : retagged(tag, sample.der),
    }));
  }

  private untagged(type: Asn1Type, name: string): readonly Asn1Sample[] {
    switch (type.kind) {
      case 'reference': {
        const given = this.contents[type.name];
        const known = this.types.get(type.name);
        if (known !== undefined) return this.samples(known, given === undefined ? name : type.name);
        if (given === undefined) throw new Error(`no content for ${type.name}`);
        return [{ what: '', der: given, allowed: true }];
      }
      case 'CHOICE':
        return this.automatic(type.members).flatMap((member) =>
          this.samples(member.type, member.name).map(within(member.name)),
        );
      case 'SEQUENCE':
        return this.sequences(this.automatic(type.members));
      case 'SEQUENCE OF': {
        const [first, ...others] = this.samples(type.element, name);
        if (first === undefined) throw new Error(`no sample of ${name}`);
        const list = (what: string, allowed: boolean, ...elements: Uint8Array[]): Asn1Sample => ({
          what,
          allowed,
          der: encodeTlv(0x30, ...elements),
        });
        return [
          list('', true, first.der),
          list(' none', type.minimum === 0),
          list(' two', true, first.der, first.der),
          ...others.map(({ what, allowed, der }) => list(what, allowed, der)),
        ];
      }
      default:
        return primitives(type, this.contents[name]);
    }
  }

  private sequences(members: readonly Member[]): readonly Asn1Sample[] {
    const all = members.map(({ type, name }) => this.samples(type, name));
    const first = all.map(([sample]) => sample?.der ?? new Uint8Array());
    const some = (what: string, allowed: boolean, parts: readonly Uint8Array[]): Asn1Sample => ({
      what,
      allowed,
      der: encodeTlv(0x30, ...parts),
    });
    return [
      some('', true, first),
      some(
        ' without what is optional',
        true,
        first.filter((_, index) => members[index]?.optional === false),
      ),
      ...members.flatMap(({ name, optional }, at) => [
        some(
          `.${name} absent`,
          optional,
          first.filter((_, index) => index !== at),
        ),
        ...(all[at] ?? [])
          .slice(1)
          .map(({ what, allowed, der }) => some(`.${name}${what}`, allowed, first.with(at, der))),
      ]),
    ];
  }

  /** AUTOMATIC TAGS: members without any tag among them are numbered. */
  private automatic(members: readonly Member[]): readonly Member[] {
    if (members.some(({ type }) => type.tag !== undefined)) return members;
    return members.map((member, number) => ({ ...member, type: { ...member.type, tag: { class: 0x80, number } } }));
  }

  /** Whether the tag of this type stands before a CHOICE that has none of its own: such a tag is explicit. */
  private isUntaggedChoice(type: Asn1Type): boolean {
    if (type.kind !== 'reference') return type.kind === 'CHOICE';
    const known = this.types.get(type.name);
    return known !== undefined && known.tag === undefined && this.isUntaggedChoice(known);
  }
}

function primitives(type: Extract<Asn1Type, { names: unknown }>, given: Uint8Array | undefined): readonly Asn1Sample[] {
  const sample = (what: string, content: Uint8Array, allowed = true): Asn1Sample => ({
    what,
    der: encodeTlv(UNIVERSAL[type.kind], content),
    allowed,
  });
  const values = Object.entries(type.names);
  switch (type.kind) {
    case 'BOOLEAN':
      return [
        sample('', Uint8Array.of(0xff)),
        sample(' false', Uint8Array.of(0)),
        sample(' of BER', Uint8Array.of(1), false),
      ];
    case 'OBJECT IDENTIFIER':
      return [sample('', Uint8Array.of(0x88, 0x37, 0x0a))];
    case 'INTEGER':
      if (values.length === 0) return [sample('', Uint8Array.of(1)), sample(' in two octets', Uint8Array.of(1, 0))];
      return values.map(([name, value]) => sample(` ${name}`, Uint8Array.of(value)));
    case 'BIT STRING': {
      const bits = (...set: readonly number[]) => {
        const octets = new Uint8Array(1 + Math.ceil((Math.max(-1, ...set) + 1) / 8));
        for (const bit of set) octets[1 + (bit >> 3)] = (octets[1 + (bit >> 3)] ?? 0) | (0x80 >> (bit & 7));
        octets[0] = set.length === 0 ? 0 : 7 - (Math.max(...set) & 7);
        return octets;
      };
      const all = values.map(([, bit]) => bit);
      return [
        sample('', bits(...all)),
        sample(' none', bits()),
        ...values.map(([name, bit]) => sample(` ${name}`, bits(bit))),
      ];
    }
    default: {
      const one = type.kind === 'UTF8String' ? Buffer.from('é') : Uint8Array.of(1);
      const sized = (size: number) =>
        given && given.length >= size ? given.subarray(0, size) : Buffer.concat(Array(size).fill(one));
      if (type.size === undefined) return [sample('', given ?? sized(5))];
      const [minimum, maximum] = type.size;
      const sizes = [...new Set([given?.length ?? Math.max(minimum, 1), minimum, maximum])];
      return [
        ...sizes.map((size, index) => sample(index === 0 ? '' : ` of ${size}`, sized(size))),
        ...(minimum > 0 ? [sample(` of ${minimum - 1}`, sized(minimum - 1), false)] : []),
        sample(` of ${maximum + 1}`, Buffer.concat([sized(maximum), one]), false),
      ];
    }
  }
}

function within(name: string): (sample: Asn1Sample) => Asn1Sample {
  return (sample) => ({ ...sample, what: ` ${name}${sample.what}` });
}

function identifier({ class: class_, number }: Tag, isConstructed: boolean): Uint8Array {
  const first = class_ | (isConstructed ? 0x20 : 0);
  return number < 31 ? Uint8Array.of(first | number) : Uint8Array.of(first | 31, number);
}

function wrapped(tag: Tag, der: Uint8Array): Uint8Array {
  return Buffer.concat([identifier(tag, true), encodeTlv(0x30, der).subarray(1)]);
}

function retagged(tag: Tag, der: Uint8Array): Uint8Array {
  const [first = 0] = der;
  const rest = der.subarray((first & 31) === 31 ? 2 : 1);
  return Buffer.concat([identifier(tag, (first & 0x20) !== 0), rest]);
}
