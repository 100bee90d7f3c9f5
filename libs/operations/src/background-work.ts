import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger, Stoppable } from '@tegata/service-kit';

/**
 * Does a piece of work again and again, one round after the other, until it is stopped. A round that fails is logged and
 * the next one tries again.
 * @param intervalMs pause between two rounds, in milliseconds
 * @param work one round; it may say how long the pause after it shall be instead. One of many steps ends between two of them when it is told to
 */
export function repeatInBackground(
  name: string,
  intervalMs: number,
  work: (stopping: AbortSignal) => Promise<void> | Promise<number>,
  logger: Logger,
): Stoppable {
  const stopping = new AbortController();
  const { signal } = stopping;
  async function round(): Promise<number> {
    try {
      return (await work(signal)) ?? intervalMs;
    } catch (error) {
      logger.error({ err: error, work: name }, 'background work failed');
      return intervalMs;
    }
  }
  const rounds = (async () => {
    while (!signal.aborted) {
      const pauseMs = await round();
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await rounds;
    },
  };
}
