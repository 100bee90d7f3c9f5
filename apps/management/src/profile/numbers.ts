import { statement } from '@tegata/database';
import { iccidWithCheckDigit } from '@tegata/rsp';
import { refusal } from '@tegata/service-kit';
import type { Carrier } from '../carrier.ts';
import type { SmDpContext } from '../context.ts';

/** The numbers of one new subscription. */
export interface Numbers {
  /** 15 digits. */
  readonly imsi: string;
  /** 19 digits with check digit. */
  readonly iccid: string;
  /** Digits with country code. */
  readonly msisdn: string;
}

const take = statement(`
  INSERT INTO number_counter (name, next) VALUES ('subscription', 2)
  ON CONFLICT (name) DO UPDATE SET next = number_counter.next + 1
  RETURNING next - 1 AS taken`);

/**
 * Takes the next free numbers of a carrier. Each is given out once; one that is not used in the end stays unused, so that
 * nobody waits for another's transaction.
 * @throws ServiceError RESOURCE_EXHAUSTED (NUMBERS_EXHAUSTED) when the range is used up.
 */
export async function takeNumbers({ database, carrier }: Pick<SmDpContext, 'database' | 'carrier'>): Promise<Numbers> {
  const [row] = await database.query<{ taken: string }>(take);
  return numbersOf(carrier, BigInt(row?.taken ?? 0));
}

/** The numbers that belong to place `n` (from 1) of a carrier's range. */
export function numbersOf({ plmn, iccidPrefix, msisdnPrefix }: Carrier, n: bigint): Numbers {
  const fill = (prefix: string, length: number): string => {
    const digits = n.toString();
    const room = length - prefix.length;
    if (digits.length > room) throw refusal('NUMBERS_EXHAUSTED');
    return prefix + digits.padStart(room, '0');
  };
  const account = fill(iccidPrefix, 18);
  return {
    imsi: fill(plmn.mcc + plmn.mnc, 15),
    iccid: iccidWithCheckDigit(account),
    msisdn: fill(msisdnPrefix, 13),
  };
}
