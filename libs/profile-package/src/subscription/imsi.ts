import { badValue, digitsOf, expectDigits, padded, swappedDigits } from './subscription-value.ts';

/** Digits of the mobile network code: two, or three in North America and some other countries. */
export type MncLength = 2 | 3;

/** International mobile subscriber identity in its parts (3GPP TS 23.003 section 2.2); digits. */
export interface Imsi {
  /** mobile country code, 3 digits */
  readonly mcc: string;
  /** mobile network code, 2 or 3 digits */
  readonly mnc: string;
  /** identification number within the network */
  readonly msin: string;
}

/** The parts of an IMSI of 6 to 15 digits. @throws ProfilePackageError `BAD_SUBSCRIPTION_VALUE` */
export function parseImsi(imsi: string, mncLength: MncLength): Imsi {
  expectDigits(imsi, 6, 15, 'an IMSI');
  return { mcc: imsi.slice(0, 3), mnc: imsi.slice(3, 3 + mncLength), msin: imsi.slice(3 + mncLength) };
}

/** The digits of MCC and MNC. */
export function homePlmn(imsi: string, mncLength: MncLength): string {
  const { mcc, mnc } = parseImsi(imsi, mncLength);
  return mcc + mnc;
}

/**
 * EF.IMSI, 9 octets (3GPP TS 31.102 section 4.2.2): number of octets that follow, then a nibble that says whether the
 * number of digits is odd (9) or even (1), then the digits.
 *
 * @throws ProfilePackageError `BAD_SUBSCRIPTION_VALUE`
 */
export function encodeImsi(imsi: string): Uint8Array {
  expectDigits(imsi, 6, 15, 'an IMSI');
  const value = swappedDigits(`${imsi.length % 2 === 0 ? 1 : 9}${imsi}`);
  return padded(Buffer.concat([Uint8Array.of(value.length), value]), 9, 'an IMSI');
}

/** The digits of EF.IMSI. @throws ProfilePackageError `BAD_SUBSCRIPTION_VALUE` for octets that are none */
export function decodeImsi(octets: Uint8Array): string {
  const [length = 0] = octets;
  if (octets.length !== 9 || length < 1 || length > 8) throw badValue('EF.IMSI has 9 octets, the first a length');
  const [parity = '', ...digits] = digitsOf(octets.subarray(1, 1 + length));
  const imsi = digits.join('');
  const expected = parity === '9' ? 2 * length - 1 : parity === '1' ? 2 * length - 2 : -1;
  if (imsi.length !== expected) throw badValue('EF.IMSI does not have the digits it announces');
  return imsi;
}

/** EF.ACC, 2 octets: the access class (0 to 9) that the last digit of an IMSI stands for (3GPP TS 22.011 section 4.2). */
export function accessClassOf(imsi: string): Uint8Array {
  expectDigits(imsi, 6, 15, 'an IMSI');
  return encodeAccessClasses([Number(imsi.at(-1))]);
}

/** EF.ACC of any classes, 0 to 15. @throws ProfilePackageError `BAD_SUBSCRIPTION_VALUE` */
export function encodeAccessClasses(classes: readonly number[]): Uint8Array {
  let bits = 0;
  for (const accessClass of classes) {
    if (!Number.isInteger(accessClass) || accessClass < 0 || accessClass > 15)
      throw badValue('access classes are 0 to 15');
    bits |= 1 << accessClass;
  }
  return Uint8Array.of(bits >> 8, bits & 0xff);
}

/** EF.AD, 4 octets: normal operation, and the length of the MNC (3GPP TS 31.102 section 4.2.18). */
export function encodeAdministrativeData(mncLength: MncLength): Uint8Array {
  return Uint8Array.of(0, 0, 0, mncLength);
}

/** What a terminal is to do by the first octet of EF.AD. */
const OPERATION_MODES: ReadonlyMap<number, string> = new Map([
  [0x00, 'normal operation'],
  [0x80, 'type approval'],
  [0x01, 'normal operation and specific facilities'],
  [0x81, 'type approval and specific facilities'],
  [0x02, 'maintenance'],
  [0x04, 'cell test'],
]);

/** EF.AD as far as it is known: what the card is for, and the length of the MNC. */
export interface AdministrativeData {
  /** undefined for a value that is not in the table */
  readonly operationMode: string | undefined;
  /** undefined where the file ends before it, as that of an ISIM */
  readonly mncLength: number | undefined;
}

/** The parts of EF.AD (3GPP TS 31.102 section 4.2.18). */
export function decodeAdministrativeData(octets: Uint8Array): AdministrativeData {
  const [mode = 0xff, , , length] = octets;
  return {
    operationMode: OPERATION_MODES.get(mode),
    mncLength: length === undefined ? undefined : length & 0x0f,
  };
}

/** The access classes of EF.ACC, 0 to 15. */
export function decodeAccessClasses(octets: Uint8Array): number[] {
  const [high = 0, low = 0] = octets;
  return Array.from({ length: 16 }, (_, i) => i).filter((i) => ((((high << 8) | low) >> i) & 1) === 1);
}
