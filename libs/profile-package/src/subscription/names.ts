import { badValue, padded } from './subscription-value.ts';

/** The default alphabet (3GPP TS 23.038 section 6.2.1): the place of a character is its code. U+001B stands for the escape. */
const DEFAULT_ALPHABET = [
  ...'@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?',
  ...'¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
];
const ESCAPE = 0x1b;
/** First octet of a name in UCS2 (ETSI TS 102 221 annex A). */
const UCS2 = 0x80;

/**
 * A name in `length` octets, padded with FF: in the default alphabet where that has all characters, else in UCS2.
 *
 * @throws ProfilePackageError `BAD_SUBSCRIPTION_VALUE` when it does not fit
 */
export function encodeName(name: string, length: number): Uint8Array {
  const codes = [...name].map((character) => DEFAULT_ALPHABET.indexOf(character));
  if (codes.every((code) => code >= 0 && code !== ESCAPE)) return padded(Uint8Array.from(codes), length, 'the name');
  const units = Buffer.from(name, 'utf16le').swap16();
  return padded(Buffer.concat([Uint8Array.of(UCS2), units]), length, 'the name');
}

/** The name in octets padded with FF. */
export function decodeName(octets: Uint8Array): string {
  if (octets[0] === UCS2) {
    const even = octets.subarray(1, octets.length - ((octets.length + 1) % 2));
    const text = Buffer.from(even).swap16().toString('utf16le');
    return text.replace(/\uffff.*$/su, '');
  }
  const end = octets.indexOf(0xff);
  const codes = end < 0 ? octets : octets.subarray(0, end);
  return [...codes].map((code) => DEFAULT_ALPHABET[code] ?? '\ufffd').join('');
}

/** Bits of the display condition of EF.SPN. */
export interface DisplayCondition {
  /** the name of the network is to be shown too when registered at home */
  readonly networkNameAtHome: boolean;
  /** the name of the service provider is not needed when roaming */
  readonly hiddenWhenRoaming: boolean;
}

/**
 * EF.SPN, 17 octets (3GPP TS 31.102 section 4.2.12): display condition, then up to 16 characters of the default alphabet
 * or 7 others.
 *
 * @throws ProfilePackageError `BAD_SUBSCRIPTION_VALUE`
 */
export function encodeServiceProviderName(
  name: string,
  condition: DisplayCondition = { networkNameAtHome: false, hiddenWhenRoaming: false },
): Uint8Array {
  if (name === '') throw badValue('the name of the service provider is empty');
  const bits = (condition.networkNameAtHome ? 1 : 0) | (condition.hiddenWhenRoaming ? 2 : 0);
  return Uint8Array.of(bits, ...encodeName(name, 16));
}

/** The name in EF.SPN. */
export function decodeServiceProviderName(octets: Uint8Array): string {
  return decodeName(octets.subarray(1));
}
