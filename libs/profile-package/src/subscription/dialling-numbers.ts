import { encodeName } from './names.ts';
import { badValue, digitsOf, expectDigits, padded, swappedDigits } from './subscription-value.ts';

/** Type of number "international", numbering plan "ISDN/telephony". */
const INTERNATIONAL = 0x91;
/** Octets of a record of EF.MSISDN after the name. */
const NUMBER_OCTETS = 14;
/** Octets of a record of EF.SMSP after the name. */
const PARAMETER_OCTETS = 28;
const ADDRESS_OCTETS = 12;

/**
 * A record of EF.MSISDN (3GPP TS 31.102 section 4.2.26, coded as EF.ADN): name, length, type of number, digits.
 *
 * @param msisdn digits with country code, up to 15
 * @param recordLength octets of the record, 14 and more; what exceeds 14 is for the name
 * @throws ProfilePackageError `BAD_SUBSCRIPTION_VALUE`
 */
export function encodeMsisdn(msisdn: string, recordLength: number, name = ''): Uint8Array {
  expectDigits(msisdn, 1, 15, 'an MSISDN');
  if (recordLength < NUMBER_OCTETS) throw badValue(`a record of EF.MSISDN has ${NUMBER_OCTETS} octets or more`);
  const digits = swappedDigits(msisdn);
  const number = Uint8Array.of(1 + digits.length, INTERNATIONAL, ...digits);
  return Buffer.concat([encodeName(name, recordLength - NUMBER_OCTETS), padded(number, NUMBER_OCTETS, 'an MSISDN')]);
}

/** The digits of a record of EF.MSISDN, or undefined for an empty one. */
export function decodeMsisdn(record: Uint8Array): string | undefined {
  const number = record.subarray(Math.max(0, record.length - NUMBER_OCTETS));
  const [length = 0xff] = number;
  if (length === 0xff || length < 2 || length > 11) return undefined;
  return digitsOf(number.subarray(2, 1 + length));
}

/**
 * A record of EF.SMSP (3GPP TS 31.102 section 4.2.27) that says nothing but the address of the short message centre.
 *
 * @param centre digits with country code
 * @param recordLength 28 octets or more
 */
export function encodeShortMessageCentre(centre: string, recordLength: number): Uint8Array {
  expectDigits(centre, 1, 20, 'the address of a short message centre');
  if (recordLength < PARAMETER_OCTETS) throw badValue(`a record of EF.SMSP has ${PARAMETER_OCTETS} octets or more`);
  const digits = swappedDigits(centre);
  const address = padded(Uint8Array.of(1 + digits.length, INTERNATIONAL, ...digits), ADDRESS_OCTETS, 'the address');
  const record = new Uint8Array(recordLength).fill(0xff);
  const parameters = record.subarray(recordLength - PARAMETER_OCTETS);
  // Parameter indicators: a zero bit says "present"; the second is the service centre address.
  parameters[0] = 0xfd;
  parameters.set(address, 1 + ADDRESS_OCTETS);
  return record;
}

/** The address of the short message centre in a record of EF.SMSP; undefined where the record has none. */
export function decodeShortMessageCentre(record: Uint8Array): string | undefined {
  const parameters = record.subarray(Math.max(0, record.length - PARAMETER_OCTETS));
  const [indicators = 0xff] = parameters;
  const address = parameters.subarray(1 + ADDRESS_OCTETS, 1 + 2 * ADDRESS_OCTETS);
  const [length = 0xff] = address;
  if ((indicators & 0x02) !== 0 || length < 2 || length >= ADDRESS_OCTETS) return undefined;
  return digitsOf(address.subarray(2, 1 + length)) || undefined;
}
