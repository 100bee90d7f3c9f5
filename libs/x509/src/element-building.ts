import { encodeNamedBits, encodeObjectIdentifier } from '@tegata/der';
import forge from 'node-forge';

declare module 'node-forge' {
  namespace asn1 {
    /** What node-forge takes since 1.0 and its published types do not yet know. */
    interface FromDerOptions {
      strict: boolean;
      parseAllBytes: boolean;
      decodeBitStrings: boolean;
    }
    function fromDer(bytes: string, options: FromDerOptions): Asn1;
  }
}

/** An element to be encoded; node-forge's own node. */
export type Element = forge.asn1.Asn1;

const { Class, Type } = forge.asn1;

function latin1(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('latin1');
}

function universal(type: forge.asn1.Type, value: string | Element[]): Element {
  return forge.asn1.create(Class.UNIVERSAL, type, Array.isArray(value), value);
}

/** The DER of an element. */
export function toDer(element: Element): Uint8Array {
  return Buffer.from(forge.asn1.toDer(element).getBytes(), 'latin1');
}

/** An element that exists as DER already (a name, a SubjectPublicKeyInfo), to be put into another one unchanged. */
export function embedded(der: Uint8Array): Element {
  return forge.asn1.fromDer(latin1(der), { strict: true, parseAllBytes: true, decodeBitStrings: false });
}

export const sequence = (...elements: Element[]): Element => universal(Type.SEQUENCE, elements);
export const set = (...elements: Element[]): Element => universal(Type.SET, elements);
export const oid = (dotted: string): Element => universal(Type.OID, latin1(encodeObjectIdentifier(dotted)));
export const octetString = (octets: Uint8Array): Element => universal(Type.OCTETSTRING, latin1(octets));
export const utf8String = (text: string): Element => universal(Type.UTF8, latin1(Buffer.from(text, 'utf8')));
export const printableString = (text: string): Element => universal(Type.PRINTABLESTRING, text);
export const booleanTrue = (): Element => universal(Type.BOOLEAN, '\xff');

/** INTEGER of an unsigned number given as octets, big-endian. */
export function unsigned(octets: Uint8Array): Element {
  const start = octets.findIndex((octet) => octet !== 0);
  const digits = start < 0 ? Uint8Array.of(0) : octets.subarray(start);
  return universal(Type.INTEGER, `${(digits[0] ?? 0) >= 0x80 ? '\0' : ''}${latin1(digits)}`);
}

/** INTEGER of a number from 0 to 2^31 - 1. */
export function integer(value: number): Element {
  return universal(Type.INTEGER, forge.asn1.integerToDer(value).getBytes());
}

/** ENUMERATED of a number from 0 to 127. */
export function enumerated(value: number): Element {
  return universal(Type.ENUMERATED, String.fromCharCode(value));
}

/** BIT STRING of whole octets. */
export function bitString(octets: Uint8Array): Element {
  return universal(Type.BITSTRING, `\0${latin1(octets)}`);
}

/** BIT STRING in which these bits are set. */
export function namedBits(bits: Iterable<number>): Element {
  return universal(Type.BITSTRING, latin1(encodeNamedBits(bits)));
}

/** Time as RFC 5280 section 4.1.2.5 wants it: UTCTime until 2049, GeneralizedTime from 2050; whole seconds. */
export function time(instant: Date): Element {
  return instant.getUTCFullYear() < 2050
    ? universal(Type.UTCTIME, forge.asn1.dateToUtcTime(instant))
    : universal(Type.GENERALIZEDTIME, forge.asn1.dateToGeneralizedTime(instant));
}

/** Context-specific element [number]: constructed around elements, primitive around octets. */
export function context(number: number, value: Uint8Array | Element[]): Element {
  const constructed = Array.isArray(value);
  return forge.asn1.create(Class.CONTEXT_SPECIFIC, number, constructed, constructed ? value : latin1(value));
}
