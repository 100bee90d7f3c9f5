import { setTimeout as delay } from 'node:timers/promises';
import { isRetryable } from './error-mapping.ts';

export interface RetryOptions {
  /** How often to try in all. Default 5. */
  readonly attempts?: number;
  /** Ends the waiting between two attempts. */
  readonly signal?: AbortSignal;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
}

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 200;

/**
 * Run something again while it fails in a way that another run may not, after a random pause that grows, so that
 * transactions that met do not meet again.
 *
 * @throws what the last attempt threw.
 */
export async function retrying<T>(
  run: () => Promise<T>,
  { attempts = 5, signal, random = Math.random }: RetryOptions,
  mayRetry: (error: unknown) => boolean = isRetryable,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt >= attempts || !mayRetry(error)) throw error;
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS);
      await delay(pause * random(), undefined, signal && { signal });
    }
  }
}
