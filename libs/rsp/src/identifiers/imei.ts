import { luhnCheckDigit } from './iccid.ts';
import { IdentifierError } from './identifier-error.ts';
import { fromHex, swapNibbles, toHex } from './nibbles.ts';

/**
 * The 8 octets of an IMEI in DeviceInfo (SGP.22 section 4.2): telephony BCD, the check digit in the high half of the last
 * octet and F in its low half.
 *
 * @throws IdentifierError `BAD_IMEI` for anything but 15 digits with a right check digit
 */
export function packImei(imei: string): Uint8Array {
  if (!/^\d{15}$/.test(imei) || luhnCheckDigit(imei.slice(0, 14)) !== imei.slice(14)) {
    throw new IdentifierError('BAD_IMEI', 'an IMEI has 15 digits, the last one a check digit');
  }
  return fromHex(`${swapNibbles(imei.slice(0, 14))}${imei.slice(14)}F`);
}

/**
 * The 15 digits of an IMEI in DeviceInfo.
 *
 * @throws IdentifierError `BAD_IMEI`
 */
export function unpackImei(octets: Uint8Array): string {
  const hex = toHex(octets);
  const imei = `${swapNibbles(hex.slice(0, 14))}${hex.charAt(14)}`;
  if (hex.length !== 16 || !/^\d{15}$/.test(imei)) throw new IdentifierError('BAD_IMEI', 'not the octets of an IMEI');
  return imei;
}

/**
 * The 4 octets of a type allocation code in DeviceInfo: telephony BCD.
 *
 * @throws IdentifierError `BAD_IMEI` for anything but 8 digits
 */
export function packTac(tac: string): Uint8Array {
  if (!/^\d{8}$/.test(tac)) throw new IdentifierError('BAD_IMEI', 'a TAC has 8 digits');
  return fromHex(swapNibbles(tac));
}
