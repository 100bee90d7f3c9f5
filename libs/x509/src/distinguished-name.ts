import { isUtf8 } from 'node:buffer';
import { type Element, oid, printableString, sequence, set, toDer, utf8String } from './element-building.ts';
import { oids } from './object-identifiers.ts';
import { ElementReader, expectTag, malformed, type ReceivedElement, readOid, tags } from './received-element.ts';

const shortNames = {
  CN: oids.commonName,
  serialNumber: oids.serialNumber,
  C: oids.countryName,
  L: oids.localityName,
  ST: oids.stateOrProvinceName,
  O: oids.organizationName,
  OU: oids.organizationalUnitName,
} as const;

/** Attribute types with a usual abbreviation. */
export type NameAttributeType = keyof typeof shortNames;

/** One attribute of a name: abbreviation, or dotted identifier for other types, and its text. */
export interface NameAttribute {
  readonly type: NameAttributeType | (string & {});
  readonly value: string;
}

/** A distinguished name, with the octets in which it was received. */
export interface DistinguishedName {
  readonly raw: Uint8Array;
  /** attributes in order; those of one (rarely used) multi-valued relative name share a number */
  readonly attributes: readonly (NameAttribute & { readonly relativeName: number })[];
}

/** Attributes that RFC 5280 wants as PrintableString; all others are written as UTF8String. */
const printable = new Set<string>([oids.countryName, oids.serialNumber]);
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]+$/;

/** The name an element holds. @throws CertificateError `MALFORMED` */
export function readName(element: ReceivedElement): DistinguishedName {
  const { elements, octets } = expectTag(element, tags.sequence, 'name');
  const attributes = elements.flatMap((relative, relativeName) => {
    const parts = expectTag(relative, tags.set, 'relative name').elements;
    if (parts.length === 0) throw malformed('relative name is empty');
    return parts.map((part) => {
      const reader = new ElementReader(part, 'attribute');
      const type = readOid(reader.take(tags.oid, 'attribute type'), 'attribute type');
      const value = readText(reader.takeAny('attribute value'));
      reader.end();
      return Object.freeze({ type: abbreviation(type), value, relativeName });
    });
  });
  return Object.freeze({ raw: octets, attributes: Object.freeze(attributes) });
}

const abbreviations = new Map<string, string>(Object.entries(shortNames).map(([short, dotted]) => [dotted, short]));

const abbreviation = (type: string): string => abbreviations.get(type) ?? type;

function readText({ tag, content }: ReceivedElement): string {
  const octets = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (tag === tags.utf8String && isUtf8(octets)) return octets.toString('utf8');
  const text = octets.toString('latin1');
  if (tag === tags.printableString && PRINTABLE.test(text)) return text;
  if (tag === tags.ia5String && /^[\0-\x7f]*$/.test(text)) return text;
  throw malformed('text of a name');
}

/**
 * The DER of a name, one attribute to a relative name, in the order given.
 *
 * @throws RangeError for a country or serial number that is no PrintableString
 */
export function encodeName(attributes: readonly NameAttribute[]): Uint8Array {
  return toDer(nameElement(attributes));
}

/** The element of a name; as `encodeName`. */
export function nameElement(attributes: readonly NameAttribute[]): Element {
  return sequence(
    ...attributes.map(({ type, value }) => {
      const dotted = Object.hasOwn(shortNames, type) ? shortNames[type as NameAttributeType] : type;
      if (!printable.has(dotted)) return set(sequence(oid(dotted), utf8String(value)));
      if (!PRINTABLE.test(value)) throw new RangeError(`${type} must be a PrintableString`);
      return set(sequence(oid(dotted), printableString(value)));
    }),
  );
}

/** Values of the attributes of one type, in order. */
export function attributeValues(name: DistinguishedName, type: NameAttributeType): string[] {
  return name.attributes.filter((attribute) => attribute.type === type).map(({ value }) => value);
}

/**
 * Whether two names are the same one (RFC 5280 section 7.1): equal octets, or equal text but for letter case, runs of
 * white space and the kind of string.
 */
export function sameName(a: DistinguishedName, b: DistinguishedName): boolean {
  if (Buffer.compare(a.raw, b.raw) === 0) return true;
  if (a.attributes.length !== b.attributes.length) return false;
  return a.attributes.every((attribute, index) => {
    const other = b.attributes[index];
    return (
      other !== undefined &&
      attribute.type === other.type &&
      attribute.relativeName === other.relativeName &&
      folded(attribute.value) === folded(other.value)
    );
  });
}

function folded(text: string): string {
  return text.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
}
