import { IdentifierError, packPlmn, unpackPlmn } from '@tegata/rsp';
import { badValue, digitsOf, swappedDigits } from './subscription-value.ts';

/** Bits of an access technology identifier (3GPP TS 31.102 section 4.2.5). */
const TECHNOLOGIES = {
  utran: 0x8000,
  eutran: 0x4000,
  ngran: 0x0800,
  gsm: 0x0080,
  'gsm-compact': 0x0040,
  'cdma2000-hrpd': 0x0020,
  'cdma2000-1xrtt': 0x0010,
} as const;

export type AccessTechnology = keyof typeof TECHNOLOGIES;

/** A network and the radio technologies it is to be looked for with. */
export interface NetworkPreference {
  /** MCC and MNC, 5 or 6 digits */
  readonly plmn: string;
  readonly technologies: readonly AccessTechnology[];
}

/** MCC and MNC in 3 octets. @throws ProfilePackageError `BAD_SUBSCRIPTION_VALUE` */
export function encodePlmn(plmn: string): Uint8Array {
  if (!/^[0-9]{5,6}$/.test(plmn)) throw badValue('MCC and MNC have 5 or 6 digits');
  return packPlmn(plmn);
}

/** Networks with technologies, 5 octets each, as EF.HPLMNwAcT and EF.OPLMNwAcT have them. */
export function encodeNetworkPreferences(preferences: readonly NetworkPreference[]): Uint8Array {
  return Buffer.concat(
    preferences.map(({ plmn, technologies }) => {
      const bits = technologies.reduce((all, technology) => all | TECHNOLOGIES[technology], 0);
      return Uint8Array.of(...encodePlmn(plmn), bits >> 8, bits & 0xff);
    }),
  );
}

/**
 * MCC and MNC in 3 octets; undefined for a free place (FF).
 *
 * @throws ProfilePackageError `BAD_SUBSCRIPTION_VALUE`
 */
export function decodePlmn(octets: Uint8Array): string | undefined {
  if (octets.every((octet) => octet === 0xff)) return undefined;
  try {
    return unpackPlmn(octets);
  } catch (error) {
    if (error instanceof IdentifierError) throw badValue(error.message);
    throw error;
  }
}

/** The networks of a list of 3 octets each, as EF.FPLMN and EF.EHPLMN have it. @throws as `decodePlmn` */
export function decodePlmns(octets: Uint8Array): string[] {
  return inParts(octets, 3).flatMap((part) => decodePlmn(part) ?? []);
}

/** The networks of `encodeNetworkPreferences`; further bits of a technology identifier are passed over. @throws as `decodePlmn` */
export function decodeNetworkPreferences(octets: Uint8Array): NetworkPreference[] {
  return inParts(octets, 5).flatMap((part) => {
    const plmn = decodePlmn(part.subarray(0, 3));
    const [high = 0, low = 0] = part.subarray(3);
    const technologies = (Object.keys(TECHNOLOGIES) as AccessTechnology[]).filter(
      (technology) => (((high << 8) | low) & TECHNOLOGIES[technology]) !== 0,
    );
    return plmn === undefined ? [] : [{ plmn, technologies }];
  });
}

/** Parts of `length` octets; what is left over at the end belongs to none. */
function inParts(octets: Uint8Array, length: number): Uint8Array[] {
  const count = Math.floor(octets.length / length);
  return Array.from({ length: count }, (_, i) => octets.subarray(i * length, (i + 1) * length));
}

/** A record of EF.ECC, 4 octets: up to six digits, no name, service category 0 (3GPP TS 31.102 section 4.2.21). */
export function encodeEmergencyNumber(number: string): Uint8Array {
  if (!/^[0-9]{1,6}$/.test(number)) throw badValue('an emergency number has 1 to 6 digits');
  const record = Uint8Array.of(0xff, 0xff, 0xff, 0x00);
  record.set(swappedDigits(number));
  return record;
}

/** The digits of a record of EF.ECC; undefined for an empty one. */
export function decodeEmergencyNumber(record: Uint8Array): string | undefined {
  return digitsOf(record.subarray(0, 3)) || undefined;
}
