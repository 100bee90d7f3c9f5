import { IdentifierError } from './identifier-error.ts';
import { fromHex, swapNibbles, toHex } from './nibbles.ts';

/** Octets of an ICCID in both codings. */
export const ICCID_OCTETS = 10;

const DIGITS = /^89\d{16,18}$/;
const PADDED = /^(\d{18}FF|\d{19}F|\d{20})$/;

/**
 * The ICCID of a text, 18 to 20 digits beginning with 89 (ITU-T E.118). 19-digit ones may carry the F that pads them in
 * JSON messages.
 *
 * @throws IdentifierError `BAD_ICCID`
 */
export function parseIccid(text: string): string {
  const iccid = text.length === 20 ? text.replace(/[Ff]$/, '') : text;
  if (!isIccid(iccid)) throw new IdentifierError('BAD_ICCID', 'an ICCID has 18 to 20 digits beginning with 89');
  return iccid;
}

/** Whether `text` has the form of an ICCID. The check digit is not looked at: many ICCIDs in use have none. */
export function isIccid(text: string): boolean {
  return DIGITS.test(text);
}

/** Whether the last digit of an ICCID is the check digit of the others. */
export function hasIccidCheckDigit(iccid: string): boolean {
  return isIccid(iccid) && luhnCheckDigit(iccid.slice(0, -1)) === iccid.slice(-1);
}

/** An ICCID with its check digit appended. */
export function iccidWithCheckDigit(digits: string): string {
  return parseIccid(`${digits}${luhnCheckDigit(digits)}`);
}

/** The digit that makes `digits` followed by it pass the Luhn formula (ISO/IEC 7812-1 Annex B). */
export function luhnCheckDigit(digits: string): string {
  let sum = 0;
  for (const [index, character] of [...digits].reverse().entries()) {
    const digit = Number(character);
    // Every second digit counts double, the rightmost one first, as the check digit will stand right of it.
    const doubled = index % 2 === 0 ? 2 * digit : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}

/**
 * The coding of EF.ICCID and of all SGP.22 objects (tag 5A): nibbles swapped, padded with F.
 * `89000123456789012341` is `98 00 10 32 54 76 98 10 32 14`.
 *
 * @throws IdentifierError `BAD_ICCID`
 */
export function packIccid(iccid: string): Uint8Array {
  return fromHex(swapNibbles(padded(iccid)));
}

/**
 * The digits of the coding of EF.ICCID.
 *
 * @throws IdentifierError `BAD_ICCID`
 */
export function unpackIccid(octets: Uint8Array): string {
  return unpadded(swapNibbles(toHex(octets)));
}

/**
 * The coding of the profile header (tag 83 of the profile package): nibbles in order, padded with F.
 *
 * @throws IdentifierError `BAD_ICCID`
 */
export function packIccidInOrder(iccid: string): Uint8Array {
  return fromHex(padded(iccid));
}

/**
 * The digits of the coding of the profile header.
 *
 * @throws IdentifierError `BAD_ICCID`
 */
export function unpackIccidInOrder(octets: Uint8Array): string {
  return unpadded(toHex(octets));
}

function padded(iccid: string): string {
  if (!/^\d{18,20}$/.test(iccid)) throw new IdentifierError('BAD_ICCID', 'an ICCID has 18 to 20 digits');
  return iccid.padEnd(2 * ICCID_OCTETS, 'F');
}

function unpadded(hex: string): string {
  if (!PADDED.test(hex)) throw new IdentifierError('BAD_ICCID', 'not 10 octets of digits padded with F');
  return hex.replace(/F+$/, '');
}
