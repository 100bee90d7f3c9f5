import { type Queryable, statement } from '@tegata/database';
import { iccidWithCheckDigit } from '@tegata/rsp';
import { refusal } from '@tegata/service-kit';
import type { ServiceProvider } from '../carrier.ts';
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
  INSERT INTO number_counter (name, next) VALUES ('subscription', 1 + $1::bigint)
  ON CONFLICT (name) DO UPDATE SET next = number_counter.next + $1::bigint
  RETURNING next - $1::bigint AS taken`);

/**
 * Takes the next free numbers of a carrier. Each is given out once; one that is not used in the end stays unused, so that
 * nobody waits for another's transaction.
 * @throws ServiceError RESOURCE_EXHAUSTED (NUMBERS_EXHAUSTED) when the range is used up.
 */
export async function takeNumbers({ database, carrier }: Pick<SmDpContext, 'database' | 'carrier'>): Promise<Numbers> {
  return numbersOf(carrier, await takePlaces(database, 1));
}

/** Takes places of the range that follow each other. @returns the first, from 1 */
async function takePlaces(database: Queryable, count: number): Promise<bigint> {
  const [row] = await database.query<{ taken: string }>(take, [count]);
  return BigInt(row?.taken ?? 0);
}

const nextOf = statement("SELECT next FROM number_counter WHERE name = 'subscription'");

/** The place of the range that is taken next, from 1. */
export async function nextPlace({ database }: Pick<SmDpContext, 'database'>): Promise<bigint> {
  const [row] = await database.query<{ next: string }>(nextOf);
  return BigInt(row?.next ?? 1);
}

/** Most places that are taken at once. */
const mostPlaces = 64n;

/**
 * Numbers for many subscriptions: taken from the range in runs that double from one to 64 places, so that thousands do not wait for
 * one another's commits, and no more stay unused in the end than were used.
 */
export class NumberRun {
  #next = 0n;
  #end = 0n;
  #size = 1n;
  #taking: Promise<void> | undefined;

  constructor(private readonly context: Pick<SmDpContext, 'database' | 'carrier'>) {}

  /** The next free numbers. @throws ServiceError RESOURCE_EXHAUSTED (NUMBERS_EXHAUSTED) when the range is used up. */
  async take(): Promise<Numbers> {
    while (this.#next === this.#end) {
      this.#taking ??= this.#takeRun();
      await this.#taking;
    }
    const place = this.#next;
    this.#next += 1n;
    return numbersOf(this.context.carrier, place);
  }

  async #takeRun(): Promise<void> {
    try {
      this.#next = await takePlaces(this.context.database, Number(this.#size));
      this.#end = this.#next + this.#size;
      if (this.#size < mostPlaces) this.#size *= 2n;
    } finally {
      this.#taking = undefined;
    }
  }
}

/** The numbers that belong to place `n` (from 1) of a carrier's range. */
export function numbersOf({ plmn, iccidPrefix, msisdnPrefix }: ServiceProvider, n: bigint): Numbers {
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
