import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger, Stoppable } from '@tegata/service-kit';

/**
 * Does a piece of work again and again, one round after the other, until it is stopped. A round that fails is logged and
 * the next one tries again.
 * @param intervalMs pause between two rounds.
 */
export function repeatInBackground(
  name: string,
  intervalMs: number,
  work: () => Promise<void>,
  logger: Logger,
): Stoppable {
  const stopping = new AbortController();
  const { signal } = stopping;
  const rounds = (async () => {
    while (!signal.aborted) {
      await work().catch((error: unknown) => logger.error({ err: error, work: name }, 'background work failed'));
      await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await rounds;
    },
  };
}
