import type { NotificationContents, NotificationDelivery } from '@tegata/lpa';
import type { Logger } from '@tegata/service-kit';
import { codeOf, isTransient } from '../application/failures.ts';
import { backoffMs, lastWaitMs } from './backoff.ts';

/** What the delivery works with. */
export interface BackgroundDeliveryParties {
  /** What waits in the eUICC, which is where it is kept: nothing is lost with the program. */
  readonly pending: () => Promise<readonly NotificationContents[]>;
  /** Delivers those that are wanted, and removes what was acknowledged. */
  readonly deliver: (
    wanted: (notification: NotificationContents) => boolean,
    signal: AbortSignal,
  ) => Promise<readonly NotificationDelivery[]>;
  /** Waits; rejects when the signal is given. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
  /** A number from 0 up to 1, for the jitter. */
  readonly random: () => number;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** How often it is looked whether something waits: whoever enabled a profile, and by which interface, does not matter. */
const lookEveryMs = 2_000;

interface Failure {
  readonly times: number;
  readonly notBefore: number;
}

/**
 * Delivers notifications by itself, from power-on until it is stopped. A server that can't be reached keeps its own
 * notifications back, in their order, and those of no other; a notification that was refused keeps back itself only. Both
 * are tried again, ever more seldom; power-on forgets how seldom.
 */
export class BackgroundDelivery {
  readonly #failures = new Map<string, Failure>();
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  constructor(private readonly parties: BackgroundDeliveryParties) {
    this.#running = this.#run();
  }

  /** Ends it; a call in progress is given up, and its notification stays. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the terminal is stopping'));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { wait, logger } = this.parties;
    while (!signal.aborted) {
      try {
        await this.#round(signal);
        await wait(lookEveryMs, signal);
      } catch (error) {
        if (signal.aborted) return;
        logger.warn({ err: error }, 'notifications could not be looked at');
        await wait(lastWaitMs, signal).catch(() => {});
      }
    }
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { pending, deliver, now, logger } = this.parties;
    const waiting = await pending();
    const known = new Set(waiting.flatMap((one) => [serverOf(one), itself(one)]));
    for (const key of this.#failures.keys()) if (!known.has(key)) this.#failures.delete(key);
    const isDue = (one: NotificationContents) =>
      [serverOf(one), itself(one)].every((key) => (this.#failures.get(key)?.notBefore ?? 0) <= now());
    if (!waiting.some(isDue)) return;
    const deliveries = await deliver(isDue, signal);
    const noted = new Set<string>();
    for (const { notification, delivered, error } of deliveries) {
      const { seqNumber, notificationAddress } = notification;
      if (delivered) {
        this.#failures.delete(serverOf(notification));
        logger.info({ seqNumber, notificationAddress }, 'notification delivered');
        continue;
      }
      const key = isTransient(error) ? serverOf(notification) : itself(notification);
      // One call was made for all that the server kept back.
      if (noted.has(key)) continue;
      noted.add(key);
      const waitMs = this.#note(key, error);
      logger.warn({ seqNumber, notificationAddress, reason: codeOf(error), waitMs }, 'notification not delivered');
    }
  }

  /** Remembers a failure; how long nothing is tried now, in milliseconds. */
  #note(key: string, error: unknown): number {
    const { now, random } = this.parties;
    const times = (this.#failures.get(key)?.times ?? 0) + 1;
    const waitMs = backoffMs(times, error, random());
    this.#failures.set(key, { times, notBefore: now() + waitMs });
    return waitMs;
  }
}

const serverOf = ({ notificationAddress }: NotificationContents) => notificationAddress.toLowerCase();
const itself = ({ seqNumber }: NotificationContents) => `#${seqNumber}`;
