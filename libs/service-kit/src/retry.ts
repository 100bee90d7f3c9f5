import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceError } from './service-error.ts';

/** How often and how soon an idempotent call is tried again. */
export interface RetryPolicy {
  /** Tries in all, the first one included. */
  readonly attempts: number;
  /** Upper bound of the first delay, in milliseconds; it doubles with every try. */
  readonly firstDelayMs: number;
  /** Upper bound of every delay, in milliseconds. */
  readonly maxDelayMs: number;
}

/** What bounds the tries of one call. */
export interface RetryBounds {
  readonly policy: RetryPolicy;
  /** Random number from 0 up to 1. Callers that failed together must not come back together. */
  readonly random: () => number;
  /** No try begins after this. */
  readonly deadline: Date | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Waits before the next try of a call that failed. Resolves with false when there shall be none: the server was
 * reached and said no, the tries are used up, or the delay would not end before the deadline.
 */
export async function waitForRetry(error: ServiceError, failed: number, bounds: RetryBounds): Promise<boolean> {
  const { policy, random, deadline, signal } = bounds;
  if (error.status !== 'UNAVAILABLE' || failed >= policy.attempts || signal?.aborted) return false;
  const ceiling = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (failed - 1));
  const delay = Math.max(error.retryAfterMs ?? 0, random() * ceiling);
  if (deadline && Date.now() + delay >= deadline.getTime()) return false;
  try {
    await sleep(delay, undefined, signal ? { signal } : {});
    return true;
  } catch {
    return false;
  }
}
