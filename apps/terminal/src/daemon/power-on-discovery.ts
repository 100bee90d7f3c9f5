import type { EventEntry } from '@tegata/contracts/gsma-rsp-v2';
import {
  type DiscoveryResult,
  DiscoverySource,
  DiscoveryState,
  type OfferedProfile,
} from '@tegata/contracts/terminal-v1';
import type { Logger } from '@tegata/service-kit';
import { codeOf, isTransient, sentenceOf } from '../application/failures.ts';
import { backoffMs } from './backoff.ts';

/** What a server said: what waits there. */
export interface DiscoveryAnswer {
  readonly events: readonly EventEntry[];
  readonly profile: OfferedProfile | undefined;
}

/** What discovery works with. */
export interface PowerOnDiscoveryParties {
  /** Addresses that the eUICC has (ES10a.GetEuiccConfiguredAddresses). */
  readonly addresses: () => Promise<{ readonly rootDsAddress: string; readonly defaultDpAddress?: string | undefined }>;
  /** Asks a server, in the eUICC's turn. Errors come as the port has them. */
  readonly ask: (source: DiscoverySource, address: string, signal: AbortSignal) => Promise<DiscoveryAnswer>;
  /** Waits; rejects when the signal is given. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly now: () => Date;
  /** A number from 0 up to 1, for the jitter. */
  readonly random: () => number;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Asks at power-on which profiles wait for this eUICC: the root SM-DS (SGP.22 section 3.6.2) and the default SM-DP+, where the
 * eUICC has one. Nothing is downloaded, since nobody has consented yet. Each server is asked until it has answered once; one that
 * can't be reached is asked again, ever more seldom, and one that refuses is left alone until the next power-on.
 */
export class PowerOnDiscovery {
  readonly #results = new Map<DiscoverySource, DiscoveryResult>();
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  constructor(private readonly parties: PowerOnDiscoveryParties) {
    this.#running = this.#run().catch((error) => {
      if (!this.#stopping.signal.aborted) parties.logger.warn({ err: error }, 'the eUICC does not say whom to ask');
    });
  }

  /** What was heard so far, one for each server. */
  get results(): DiscoveryResult[] {
    return [...this.#results.values()];
  }

  /** Ends it; a call in progress is given up. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('discovery is stopping'));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { rootDsAddress, defaultDpAddress = '' } = await this.parties.addresses();
    const sources = [
      [DiscoverySource.ROOT_SMDS, rootDsAddress],
      [DiscoverySource.DEFAULT_SMDP, defaultDpAddress],
    ] as const;
    const asked = sources.filter(([, address]) => address !== '');
    for (const [source, address] of asked) this.#note(source, address, DiscoveryState.ASKING);
    await Promise.all(asked.map(([source, address]) => this.#askUntilAnswered(source, address)));
  }

  async #askUntilAnswered(source: DiscoverySource, address: string): Promise<void> {
    const { signal } = this.#stopping;
    const { ask, wait, random, logger } = this.parties;
    for (let failed = 1; !signal.aborted; failed++) {
      try {
        const { events, profile } = await unlessAborted(ask(source, address, signal), signal);
        this.#note(source, address, DiscoveryState.ANSWERED, { events: [...events], profile });
        logger.info({ address, events: events.length, profile: profile?.iccid }, 'asked which profiles wait');
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (nothingWaits.includes(codeOf(error)) && source === DiscoverySource.DEFAULT_SMDP) {
          this.#note(source, address, DiscoveryState.ANSWERED);
          return;
        }
        const passes = isTransient(error);
        const state = passes ? DiscoveryState.ASKING : DiscoveryState.REFUSED;
        this.#note(source, address, state, { error: sentenceOf(error) });
        const waitMs = passes ? backoffMs(failed, error, random()) : undefined;
        logger.warn({ address, reason: codeOf(error), waitMs }, 'could not ask which profiles wait');
        if (waitMs === undefined) return;
        await wait(waitMs, signal).catch(() => {});
      }
    }
  }

  #note(
    source: DiscoverySource,
    address: string,
    state: DiscoveryState,
    more: Partial<Pick<DiscoveryResult, 'events' | 'profile' | 'error'>> = {},
  ): void {
    const nothing = { events: [], profile: undefined, error: '' };
    this.#results.set(source, { source, address, state, time: this.parties.now(), ...nothing, ...more });
  }
}

/** The eUICC may be in another session for minutes, while its user is asked: stopping does not wait for that. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** How SM-DP+s say that they have no order for an EID with an empty matchingId: 8.1.1/3.8 (SGP.23), or 8.2.6/3.8. */
const nothingWaits: readonly unknown[] = ['EID_REFUSED', 'MATCHING_ID_REFUSED'];
