import { createHash } from 'node:crypto';
import { checkDigit } from '../mrz/index.ts';
import { ChipAccessError } from './chip-access-error.ts';

/** What somebody who holds the document open in the hand knows. Days are `YYYY-MM-DD`. */
export type ChipPassword =
  | {
      readonly kind: 'mrz';
      /** as printed, without fillers and check digit */
      readonly documentNumber: string;
      readonly birthDate: string;
      readonly expiryDate: string;
    }
  /** the card access number, six digits on the face of cards */
  | { readonly kind: 'can'; readonly number: string };

/** Reference to a password in MSE:Set AT of PACE (ICAO 9303-11 section 4.4.4.1). */
export const passwordReferences: Readonly<Record<ChipPassword['kind'], number>> = { mrz: 1, can: 2 };

/**
 * MRZ_information: document number, birth and expiry date, each with its check digit (ICAO 9303-11 section 4.3.2).
 * @throws ChipAccessError `CHIP_PASSWORD_MALFORMED`
 */
export function mrzInformation(password: Extract<ChipPassword, { kind: 'mrz' }>): string {
  const number = password.documentNumber.toUpperCase().replaceAll(/[ -]/g, '').padEnd(9, '<');
  if (!/^[A-Z0-9][A-Z0-9<]{8,21}$/.test(number)) throw malformed('the document number has letters and digits');
  return [number, mrzDigits(password.birthDate), mrzDigits(password.expiryDate)]
    .map((field) => field + checkDigit(field))
    .join('');
}

function mrzDigits(day: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) throw malformed('dates are YYYY-MM-DD');
  return day.replaceAll('-', '').slice(2);
}

/** The secret that keys of BAC are derived from, 16 octets (ICAO 9303-11 section 4.3.2). */
export const bacKeySeed = (information: string): Uint8Array => sha1(information).subarray(0, 16);

/**
 * The password of PACE as octets (ICAO 9303-11 section 9.7.3).
 * @throws ChipAccessError `CHIP_PASSWORD_MALFORMED`
 */
export function pacePassword(password: ChipPassword): Uint8Array {
  if (password.kind === 'mrz') return sha1(mrzInformation(password));
  if (!/^\d{6}$/.test(password.number)) throw malformed('a card access number has six digits');
  return Buffer.from(password.number, 'latin1');
}

const sha1 = (text: string): Uint8Array => createHash('sha1').update(text, 'latin1').digest();

const malformed = (what: string): ChipAccessError => new ChipAccessError('CHIP_PASSWORD_MALFORMED', what);
