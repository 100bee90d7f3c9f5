import { packPlmn } from '@tegata/rsp';
import { badValue, swappedDigits } from './subscription-value.ts';

/** Bits of an access technology identifier (3GPP TS 31.102 section 4.2.5). */
const TECHNOLOGIES = { utran: 0x8000, eutran: 0x4000, ngran: 0x0800, gsm: 0x0080 } as const;

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

/** A record of EF.ECC, 4 octets: up to six digits, no name, service category 0 (3GPP TS 31.102 section 4.2.21). */
export function encodeEmergencyNumber(number: string): Uint8Array {
  if (!/^[0-9]{1,6}$/.test(number)) throw badValue('an emergency number has 1 to 6 digits');
  const record = Uint8Array.of(0xff, 0xff, 0xff, 0x00);
  record.set(swappedDigits(number));
  return record;
}
