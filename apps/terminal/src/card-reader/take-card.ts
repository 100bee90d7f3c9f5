import { type CardInReader, PcscError, waitForCard } from '@tegata/card-reader';
import { readerError } from './reader-error.ts';

/** Which card is taken. */
export interface ReaderOptions {
  /** part of the reader's name; absent: whichever has a card first */
  readonly reader: string | undefined;
  readonly pcscSocket: string;
  /** ends the wait */
  readonly signal: AbortSignal;
  /** told in a sentence what a person has to do */
  readonly tell: (line: string) => void;
}

/** How long a card is waited for, in milliseconds. */
const patienceMs = 60_000;

/**
 * Waits for a card in a reader and takes it for this program alone, until it is let go.
 *
 * Errors, also of what is asked of the card: those of PcscError, by their codes; the signal's reason.
 */
export async function takeCard({ reader, pcscSocket, signal, tell }: ReaderOptions): Promise<CardInReader> {
  const onWaiting = () => tell('Put the card into the reader.');
  const card = await told(waitForCard)({ reader, socket: pcscSocket, signal, patienceMs, onWaiting });
  return {
    reader: card.reader,
    get protocol() {
      return card.protocol;
    },
    transmit: told(card.transmit),
    reset: told(card.reset),
    release: told(card.release),
  };
}

const told =
  <A extends unknown[], T>(work: (...args: A) => Promise<T>) =>
  (...args: A): Promise<T> =>
    work(...args).catch((error: unknown) => Promise.reject(error instanceof PcscError ? readerError(error) : error));
