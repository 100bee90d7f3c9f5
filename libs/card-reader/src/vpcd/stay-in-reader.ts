import { setTimeout as sleep } from 'node:timers/promises';
import type { Card } from '../card.ts';
import { serveVpcd, type VpcdAddress } from './vpcd-connection.ts';

/** How often vpcd is looked for while it is not there, in milliseconds. */
const RETRY_MS = 1_000;

/** Errors of a connection that another try may not have. */
const PASSING: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** How a card stays in a reader. */
export interface ReaderOptions {
  /** what the card is called in those sentences: The eUICC */
  readonly name: string;
  readonly signal: AbortSignal;
  /** told in a sentence when the card goes in and out */
  readonly tell: (line: string) => void;
  /** default: one second */
  readonly retryMs?: number;
}

/**
 * Keeps the card in the reader until `signal`: connects to vpcd, and again when vpcd is started later or anew.
 *
 * @throws what the card threw, and errors of the connection that waiting does not help
 */
export async function stayInReader(
  address: VpcdAddress,
  card: Card,
  { name, signal, tell, retryMs = RETRY_MS }: ReaderOptions,
): Promise<void> {
  const place = `${address.host}:${address.port}`;
  let missing = false;
  while (!signal.aborted) {
    try {
      await serveVpcd(address, card, signal, () => {
        missing = false;
        tell(`${name} is in the reader at ${place}.`);
      });
      if (!signal.aborted) tell(`The reader at ${place} has gone.`);
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (!missing) tell(`Nobody listens at ${place} yet; is pcscd with vpcd running? Trying again until Ctrl-C.`);
      missing = true;
    }
    await sleep(retryMs, undefined, { signal }).catch(() => {});
  }
}

function isPassing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && PASSING.has(String(error.code));
}
