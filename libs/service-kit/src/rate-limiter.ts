/** How often one peer may call. */
export interface RateLimit {
  /** Calls per second that it may go on with; 0 for no limit. */
  readonly perSecond: number;
  /** Calls that it may make at once after a pause. */
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  /** When `tokens` was true, in milliseconds. */
  at: number;
}

/** Peers that are remembered at most; who has not called for the longest is forgotten first. */
const maxPeers = 10_000;

/**
 * A token bucket for each peer address: a call takes a token, tokens come back at a steady rate. It is held in memory, so
 * each process counts for itself.
 */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #now: () => number;
  /** In the order of the last call. */
  readonly #buckets = new Map<string, Bucket>();

  /** @param now milliseconds that never go back */
  constructor(limit: RateLimit, now: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#now = now;
  }

  /**
   * Takes a token.
   * @param peer `address:port` or `[address]:port` as a socket has it, or the address alone; the port makes no difference
   * @returns undefined when the call may go on, else the milliseconds until the next may
   */
  take(peer: string): number | undefined {
    const { perSecond, burst } = this.#limit;
    if (perSecond === 0) return undefined;
    const key = subscriberOf(peer);
    const now = this.#now();
    const before = this.#buckets.get(key) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, before.tokens + ((now - before.at) / 1000) * perSecond);
    // Whoever waited as long as it was told has its token, whatever was lost in rounding.
    const allowed = tokens > 1 - 1e-9;
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: allowed ? Math.max(0, tokens - 1) : tokens, at: now });
    if (this.#buckets.size > maxPeers) this.#buckets.delete(this.#buckets.keys().next().value as string);
    return allowed ? undefined : Math.ceil(((1 - tokens) / perSecond) * 1000);
  }
}

/** An IPv4 address; of an IPv6 address the 64 bits that one subscriber has for itself. */
function subscriberOf(peer: string): string {
  if (!peer.includes(':')) return peer;
  const [, bracketed, plain] = /^\[(.*)\](?::[0-9]+)?$|^([^:]*)(?::[0-9]+)?$/.exec(peer) ?? [];
  const address = bracketed ?? plain ?? peer;
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address);
  if (mapped) return mapped[1] as string;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : new Array<string>(Math.max(0, 8 - groups.length - after.length)).fill('0');
  return [...groups, ...zeros, ...after].slice(0, 4).join(':');
}
