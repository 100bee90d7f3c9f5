import { setTimeout as sleep } from 'node:timers/promises';
import type { Stoppable } from '@tegata/service-kit';
import { type ForwardingContext, forwardEvents } from './forward-events.ts';
import type { RootSmDs } from './root-sm-ds.ts';

/** Intents that wait for their next try are looked for this often, in milliseconds. */
const intervalMs = 1_000;

/** The work of telling the root SM-DS. */
export interface Forwarding extends Stoppable {
  /** Something is to be told: begins at once instead of at the next round. */
  wake(): void;
}

/** Tells the root SM-DS what is to be told, again and again, until it is stopped. */
export function startForwarding(context: ForwardingContext, root: RootSmDs): Forwarding {
  const stopping = new AbortController();
  let waiting = new AbortController();
  let woken = false;
  const wake = () => {
    woken = true;
    waiting.abort();
  };
  const rounds = (async () => {
    while (!stopping.signal.aborted) {
      // Before the round: what is stored during it is found by the next one.
      woken = false;
      waiting = new AbortController();
      await forwardEvents(context, root).catch((error: unknown) =>
        context.logger.error({ err: error, work: 'forwarding' }, 'background work failed'),
      );
      if (woken) continue;
      await sleep(intervalMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    }
  })();
  return {
    wake,
    async stop() {
      stopping.abort();
      wake();
      await rounds;
    },
  };
}
