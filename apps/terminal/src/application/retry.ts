import { setTimeout as sleep } from 'node:timers/promises';
import { askedToWaitMs, isTransient } from './failures.ts';

/** Repeats an action while its failure may pass. The action must be one that may be repeated. */
export type Retry = <T>(action: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** How often and how patiently. */
export interface RetryPolicy {
  /** Tries in all. */
  readonly tries: number;
  /** Longest wait before the second try, in milliseconds; doubled for each further one. */
  readonly firstWaitMs: number;
  /** A number from 0 up to 1, for the jitter. */
  readonly random: () => number;
  /** Waits; ends early when the signal is given. */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Waits, or throws the signal's reason. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
    throw signal.aborted ? signal.reason : error;
  });
}

/** Bounded retries with jitter: each wait is random between half and all of its bound, and not less than the server asks for. */
export function retrying({ tries, firstWaitMs, random, wait = pause }: RetryPolicy): Retry {
  return async (action, signal) => {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      try {
        return await action();
      } catch (error) {
        if (attempt >= tries || !isTransient(error)) throw error;
        const bound = Math.max(askedToWaitMs(error) * 2, firstWaitMs * 2 ** (attempt - 1));
        await wait(bound * (0.5 + random() / 2), signal);
      }
    }
  };
}
