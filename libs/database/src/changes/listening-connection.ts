import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { DatabaseError } from '../database-error.ts';
import { databaseErrorOf } from '../error-mapping.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const HEARTBEAT_MS = 15_000;
const HEARTBEAT_TIMEOUT_MS = 5_000;

export interface ListeningHandlers {
  /** A notification came. */
  onNotification(channel: string, key: string): void;
  /** From now on no notification of these channels is missed; before, some may have been. */
  onListening(channels: Iterable<string>): void;
  /** The connection broke or could not be made; it is tried again. */
  onError(error: DatabaseError): void;
}

/**
 * One connection that listens to any number of channels, made again whenever it breaks. It is checked regularly, since
 * a listener that only waits would never learn that its server is gone.
 */
export class ListeningConnection {
  readonly #settings: pg.ClientConfig;
  readonly #handlers: ListeningHandlers;
  readonly #random: () => number;
  readonly #channels = new Set<string>();
  readonly #closing = new AbortController();
  #client: pg.Client | undefined;
  #running: Promise<void> | undefined;

  constructor(settings: pg.ClientConfig, handlers: ListeningHandlers, random: () => number) {
    this.#settings = { ...settings, query_timeout: HEARTBEAT_TIMEOUT_MS };
    this.#handlers = handlers;
    this.#random = random;
  }

  /** Listen to a channel, for as long as this lasts; the handler is told when it is so. */
  listen(channel: string): void {
    if (this.#closing.signal.aborted) throw new DatabaseError('CONNECTION_LOST');
    if (this.#channels.has(channel)) return;
    this.#channels.add(channel);
    const client = this.#client;
    if (client !== undefined) {
      client.query(`LISTEN "${channel}"`).then(
        () => {
          if (client === this.#client) this.#handlers.onListening([channel]);
        },
        // The next connection listens to it, too.
        () => client.end().catch(() => {}),
      );
    }
    this.#running ??= this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#client?.end().catch(() => {});
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    let failures = 0;
    while (!signal.aborted) {
      const error = await this.#connectAndListen(() => {
        failures = 0;
      });
      if (signal.aborted) return;
      this.#handlers.onError(databaseErrorOf(error) ?? new DatabaseError('CONNECTION_LOST'));
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** failures++, LONGEST_PAUSE_MS);
      await delay(pause * (0.5 + this.#random() / 2), undefined, { signal }).catch(() => {});
    }
  }

  /** Resolves to the reason when the connection has ended. */
  async #connectAndListen(onSuccess: () => void): Promise<unknown> {
    const client = new pg.Client(this.#settings);
    let heartbeat: NodeJS.Timeout | undefined;
    try {
      return await new Promise<unknown>((resolve, reject) => {
        client.on('error', resolve);
        client.once('end', () => resolve(undefined));
        client.on('notification', ({ channel, payload }) => this.#handlers.onNotification(channel, payload ?? ''));
        heartbeat = setInterval(() => {
          if (client === this.#client) client.query('SELECT 1').catch(resolve);
        }, HEARTBEAT_MS);
        this.#open(client).then(onSuccess, reject);
      });
    } catch (error) {
      return error;
    } finally {
      clearInterval(heartbeat);
      this.#client = undefined;
      client.end().catch(() => {});
    }
  }

  async #open(client: pg.Client): Promise<void> {
    await client.connect();
    // Channels that are added meanwhile are gone through, too.
    for (const channel of this.#channels) await client.query(`LISTEN "${channel}"`);
    if (this.#closing.signal.aborted) throw new DatabaseError('CONNECTION_LOST');
    this.#client = client;
    this.#handlers.onListening(this.#channels);
  }
}
