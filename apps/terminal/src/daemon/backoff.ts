import { askedToWaitMs } from '../application/failures.ts';

/** Longest wait after the first failure, doubled for each further one up to the last, in milliseconds. */
const firstWaitMs = 5_000;
export const lastWaitMs = 15 * 60_000;

/**
 * How long a server is left alone after it failed so many times in a row, in milliseconds: between half and all of a bound that
 * doubles, up to a quarter of an hour, and not less than it asks for.
 *
 * @param random a number from 0 up to 1
 */
export function backoffMs(times: number, error: unknown, random: number): number {
  const bound = Math.min(firstWaitMs * 2 ** Math.min(times - 1, 20), lastWaitMs);
  return Math.max(askedToWaitMs(error), Math.round(bound * (0.5 + random / 2)));
}
