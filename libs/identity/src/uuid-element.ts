import { DerError, octets, type Primitive } from '@tegata/der';

/** A UUID as 16 octets; read and written in text form, lower case. */
export const uuidElement = (tag: number): Primitive<string> => octets(tag, 16).as(uuidText, uuidOctets);

/** A UUID in text form, lower case. */
export const uuidText = (value: Uint8Array): string =>
  Buffer.from(value)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** The 16 octets of a UUID in text form. @throws DerError */
export function uuidOctets(text: string): Uint8Array {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) throw new DerError('BAD_VALUE', 'not a UUID');
  return Buffer.from(text.replaceAll('-', ''), 'hex');
}
