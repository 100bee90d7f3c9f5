import { IdentifierError } from './identifier-error.ts';
import { fromHex, swapNibbles, toHex } from './nibbles.ts';

/**
 * MCC and MNC as in 3GPP TS 24.008 section 10.5.1.13, from their digits: `44010` is `44 F0 01`, `310410` is `13 00 14`.
 * In authorisation rules a digit may be E, which stands for any (SGP.22 section 2.4.12).
 *
 * @throws IdentifierError `BAD_PLMN` for anything but 5 or 6 digits
 */
export function packPlmn(plmn: string): Uint8Array {
  if (!/^[\dE]{5,6}$/.test(plmn)) throw new IdentifierError('BAD_PLMN', 'MCC and MNC have 5 or 6 digits');
  const third = plmn.length === 6 ? plmn.charAt(5) : 'F';
  return fromHex(swapNibbles(`${plmn.slice(0, 3)}${third}${plmn.slice(3, 5)}`));
}

/**
 * The digits of MCC and MNC, 5 or 6.
 *
 * @throws IdentifierError `BAD_PLMN`
 */
export function unpackPlmn(octets: Uint8Array): string {
  const hex = swapNibbles(toHex(octets));
  if (!/^[\dE]{3}[\dEF][\dE]{2}$/.test(hex)) throw new IdentifierError('BAD_PLMN', 'not the octets of an MCC and MNC');
  const third = hex.charAt(3);
  return `${hex.slice(0, 3)}${hex.slice(4)}${third === 'F' ? '' : third}`;
}
