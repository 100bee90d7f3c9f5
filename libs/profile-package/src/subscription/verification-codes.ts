import { badValue, expectDigits, padded } from './subscription-value.ts';

/** A PIN of 4 to 8 digits in 8 octets: ASCII, padded with FF (ETSI TS 102 221 section 9.5). */
export function encodePin(pin: string): Uint8Array {
  expectDigits(pin, 4, 8, 'a PIN');
  return padded(Buffer.from(pin, 'ascii'), 8, 'a PIN');
}

/** A PUK of 8 digits in 8 octets. */
export function encodePuk(puk: string): Uint8Array {
  expectDigits(puk, 8, 8, 'a PUK');
  return Buffer.from(puk, 'ascii');
}

/** An administrative key: 8 octets as they are, or digits coded as a PIN. */
export function encodeAdministrativeKey(key: string | Uint8Array): Uint8Array {
  if (typeof key === 'string') return encodePin(key);
  if (key.length !== 8) throw badValue('an administrative key has 8 octets');
  return key;
}

/** The digits of a PIN, PUK or administrative key, or undefined where it is none of digits. */
export function decodeCode(octets: Uint8Array): string | undefined {
  const text = Buffer.from(octets)
    .toString('latin1')
    .replace(/\xff+$/, '');
  return /^[0-9]+$/.test(text) ? text : undefined;
}
