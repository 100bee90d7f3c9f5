import { type ConnectionOptions, connectionSettings } from '../connection-settings.ts';
import type { DatabaseError } from '../database-error.ts';
import type { Queryable } from '../statement.ts';
import { ListeningConnection } from './listening-connection.ts';
import { checkChannel, notify, type PrismaStatements } from './notify.ts';
import { Subscription, type WakeUp } from './subscription.ts';

export interface ChangeListenerOptions extends ConnectionOptions {
  /** Longest time without a wake-up, in case an announcement is lost after all. Default 30 s. */
  readonly pollIntervalMs?: number;
  /** Told when the connection broke or could not be made. */
  readonly onError?: (error: DatabaseError) => void;
  /** Uniform in [0, 1); spreads the pauses before a new connection. */
  readonly random?: () => number;
}

/** Changes announced on one channel. */
export interface Changes {
  /**
   * Wake-ups for one key, or for every key of the channel when there is none. The first comes as soon as nothing is
   * missed any more, so a watcher that looks at the database at every wake-up sees every final state, although it may
   * not see each state on the way. It ends when the signal is aborted, or with the loop.
   *
   * ```ts
   * for await (const _ of changes.wakeUps(id, signal)) {
   *   if (isFinal(await load(id))) break;
   * }
   * ```
   */
  wakeUps(key: string | undefined, signal: AbortSignal): AsyncGenerator<WakeUp, void, undefined>;
  /** Announce a change of this key, in the transaction that makes it. See {@link notify}. */
  notify(on: Queryable | PrismaStatements, key: string): Promise<void>;
}

/** How long a watcher waits for the connection before it takes a first look without. */
const ARM_TIMEOUT_MS = 1_000;
const EVERY_KEY: unique symbol = Symbol('every key');

type Key = string | typeof EVERY_KEY;

/**
 * Tells watchers that something in the database has changed, by LISTEN and NOTIFY over one connection of its own, which
 * is made at the first use and again whenever it breaks.
 */
export class ChangeListener {
  readonly #pollIntervalMs: number;
  readonly #connection: ListeningConnection;
  readonly #channels = new Map<string, Map<Key, Set<Subscription>>>();
  readonly #listening = new Set<string>();
  #closed = false;

  constructor(options: ChangeListenerOptions) {
    this.#pollIntervalMs = options.pollIntervalMs ?? 30_000;
    this.#connection = new ListeningConnection(
      connectionSettings(options),
      {
        onNotification: (channel, key) => {
          const keys = this.#channels.get(channel);
          for (const subscription of keys?.get(key) ?? []) subscription.wake('notified');
          for (const subscription of keys?.get(EVERY_KEY) ?? []) subscription.wake('notified');
        },
        onListening: (channels) => {
          for (const channel of channels) this.#arm(channel);
        },
        onError: (error) => {
          this.#listening.clear();
          options.onError?.(error);
        },
      },
      options.random ?? Math.random,
    );
  }

  /** @param channel name in lower snake case, typically that of a table. */
  on(channel: string): Changes {
    checkChannel(channel);
    return {
      wakeUps: (key, signal) => this.#wakeUps(channel, key ?? EVERY_KEY, signal),
      notify: (on, key) => notify(on, channel, key),
    };
  }

  /** End all watching and close the connection. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const channel of this.#channels.keys()) {
      for (const subscription of this.#subscriptions(channel)) subscription.end();
    }
    await this.#connection.close();
  }

  async *#wakeUps(channel: string, key: Key, signal: AbortSignal): AsyncGenerator<WakeUp, void, undefined> {
    if (signal.aborted || this.#closed) return;
    const subscription = this.#subscribe(channel, key);
    try {
      let timeoutMs = Math.min(ARM_TIMEOUT_MS, this.#pollIntervalMs);
      for (;;) {
        const wakeUp = await subscription.next(timeoutMs, signal);
        if (wakeUp === undefined) return;
        yield wakeUp;
        timeoutMs = this.#pollIntervalMs;
      }
    } finally {
      this.#unsubscribe(channel, key, subscription);
    }
  }

  #subscribe(channel: string, key: Key): Subscription {
    const subscription = new Subscription();
    const keys = this.#channels.get(channel) ?? new Map<Key, Set<Subscription>>();
    this.#channels.set(channel, keys);
    const subscriptions = keys.get(key) ?? new Set();
    keys.set(key, subscriptions.add(subscription));
    if (this.#listening.has(channel)) wakeArmed(subscription);
    else this.#connection.listen(channel);
    return subscription;
  }

  #unsubscribe(channel: string, key: Key, subscription: Subscription): void {
    const keys = this.#channels.get(channel);
    const subscriptions = keys?.get(key);
    subscriptions?.delete(subscription);
    if (subscriptions?.size === 0) keys?.delete(key);
  }

  #arm(channel: string): void {
    this.#listening.add(channel);
    for (const subscription of this.#subscriptions(channel)) wakeArmed(subscription);
  }

  #subscriptions(channel: string): Subscription[] {
    return [...(this.#channels.get(channel)?.values() ?? [])].flatMap((subscriptions) => [...subscriptions]);
  }
}

function wakeArmed(subscription: Subscription): void {
  subscription.wake(subscription.armed ? 'reconnected' : 'armed');
  subscription.armed = true;
}
