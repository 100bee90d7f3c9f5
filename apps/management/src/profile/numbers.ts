import { iccidWithCheckDigit } from '@tegata/rsp';
import { refusal } from '@tegata/service-kit';
import type { Carrier } from '../carrier.ts';
import type { Prisma } from '../generated/client.ts';

/** The numbers of one new subscription. */
export interface Numbers {
  /** 15 digits. */
  readonly imsi: string;
  /** 19 digits with check digit. */
  readonly iccid: string;
  /** Digits with country code. */
  readonly msisdn: string;
}

/**
 * Takes the next free numbers of a carrier; each is given out once, inside the transaction that uses it.
 * @throws ServiceError RESOURCE_EXHAUSTED (NUMBERS_EXHAUSTED) when the range is used up.
 */
export async function takeNumbers(transaction: Prisma.TransactionClient, carrier: Carrier): Promise<Numbers> {
  const [row] = await transaction.$queryRaw<{ taken: bigint }[]>`
    INSERT INTO number_counter (name, next) VALUES ('subscription', 2)
    ON CONFLICT (name) DO UPDATE SET next = number_counter.next + 1
    RETURNING next - 1 AS taken`;
  return numbersOf(carrier, row?.taken ?? 0n);
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
