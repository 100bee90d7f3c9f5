import { setTimeout as sleep } from 'node:timers/promises';
import { PcscError, requireSuccess } from './pcsc-error.ts';
import { PcscdConnection } from './pcscd-connection.ts';
import {
  answerOctets,
  cardProtocols,
  connectBody,
  disconnectBody,
  establishBody,
  pcscdCommands,
  type ReaderState,
  readConnected,
  readContext,
  readReaderStates,
  readReset,
  readTransmitted,
  resetBody,
  transmitBody,
} from './pcscd-messages.ts';

/** Between two tries to take a card that comes or goes, in milliseconds. */
const betweenTriesMs = 100;

export interface PcscOptions {
  /** part of the reader's name; absent: whichever has a card first */
  readonly reader?: string | undefined;
  /** where pcscd listens: `pcscdSocket` */
  readonly socket: string;
  /** ends the wait, not what is done with the card */
  readonly signal: AbortSignal;
  /** how long a card is waited for, in milliseconds */
  readonly patienceMs: number;
  /** told once when there is no card yet */
  readonly onWaiting?: (readers: readonly string[]) => void;
}

/** A card that nobody else uses until it is let go. */
export interface CardInReader {
  readonly reader: string;
  /** By which it is talked to. A reset may change it. */
  readonly protocol: 'T=0' | 'T=1';
  /** @throws PcscError `CARD_REMOVED`, `PCSC_FAILED` */
  transmit(command: Uint8Array): Promise<Uint8Array>;
  /** Resets the card, which ends every session with it, and answers the ATR. @throws PcscError `CARD_REMOVED`, `PCSC_FAILED` */
  reset(): Promise<Uint8Array>;
  /** Resets the card when the command under way is answered, which ends every session with it, and lets it go. */
  release(): Promise<void>;
}

/**
 * Waits for a card in a reader of PC/SC and takes it.
 * @throws PcscError `PCSC_UNAVAILABLE`, `READER_NOT_FOUND`, `CARD_NOT_PRESENT`, `CARD_BUSY`, `PCSC_FAILED`; the signal's reason
 */
export async function waitForCard(options: PcscOptions): Promise<CardInReader> {
  const { signal, patienceMs } = options;
  const patience = AbortSignal.timeout(patienceMs);
  const within = { ...options, signal: AbortSignal.any([signal, patience]) };
  try {
    for (;;) {
      const card = await takeIfStillThere(options, await readerWithCard(within));
      if (card) return card;
      await sleep(betweenTriesMs, undefined, { signal: within.signal });
    }
  } catch (error) {
    signal.throwIfAborted();
    if (patience.aborted) throw new PcscError('CARD_NOT_PRESENT', 'no card came to the reader');
    throw error;
  }
}

/** On a connection of its own, which is closed when the wait ends, whatever pcscd was about to send. */
async function readerWithCard({ reader, socket, signal, onWaiting }: Omit<PcscOptions, 'patienceMs'>): Promise<string> {
  const connection = await PcscdConnection.open(socket, signal);
  let told = false;
  try {
    for (;;) {
      const octets = await connection.ask(
        pcscdCommands.waitReaderStateChange,
        new Uint8Array(),
        answerOctets.readersState,
      );
      const readers = wanted(readReaderStates(octets), reader);
      const found = readers.find(({ cardPresent }) => cardPresent);
      if (found) return found.name;
      if (!told) onWaiting?.(readers.map(({ name }) => name));
      told = true;
      await connection.take(answerOctets.stateChange);
    }
  } finally {
    connection.close();
  }
}

/** @returns undefined for a card that has gone, which pcscd sometimes notices only now, or that just comes */
async function takeIfStillThere({ socket, signal }: PcscOptions, reader: string): Promise<CardInReader | undefined> {
  // Without the signal: a card that was taken is let go in order.
  const connection = await PcscdConnection.open(socket);
  try {
    const card = await takeCard(connection, reader);
    if (signal.aborted) await card.release();
    signal.throwIfAborted();
    return card;
  } catch (error) {
    connection.close();
    if (error instanceof PcscError && error.code === 'CARD_REMOVED') return undefined;
    throw error;
  }
}

function wanted(readers: readonly ReaderState[], part: string | undefined): readonly ReaderState[] {
  if (readers.length === 0) throw new PcscError('READER_NOT_FOUND', 'no card reader is connected');
  if (part === undefined) return readers;
  const named = readers.filter(({ name }) => name.toLowerCase().includes(part.toLowerCase()));
  if (named.length > 0) return named;
  const all = readers.map(({ name }) => name).join(', ');
  throw new PcscError('READER_NOT_FOUND', `no card reader is called ${part}; there are: ${all}`);
}

async function takeCard(connection: PcscdConnection, reader: string): Promise<CardInReader> {
  const established = readContext(
    await connection.ask(pcscdCommands.establishContext, establishBody(), answerOctets.establishContext),
  );
  requireSuccess('the connection', established.returnValue);
  const {
    card,
    protocol: first,
    returnValue,
  } = readConnected(
    await connection.ask(pcscdCommands.connect, connectBody(established.context, reader), answerOctets.connect),
  );
  requireSuccess('taking the card', returnValue);
  let protocol = knownProtocol(first);
  const inTurn = turns();
  return {
    reader,
    get protocol() {
      return protocol === cardProtocols.t0 ? 'T=0' : 'T=1';
    },
    transmit: inTurn(async (command: Uint8Array) => {
      const body = transmitBody(card, protocol, command.length);
      const answer = await connection.ask(
        pcscdCommands.transmit,
        body,
        answerOctets.transmit,
        Uint8Array.from(command),
      );
      const { length, returnValue: outcome } = readTransmitted(answer);
      requireSuccess('a command to the card', outcome);
      const response = await connection.take(length);
      // What vpcd says of a card that went while it was asked.
      if (response.length < 2) throw new PcscError('CARD_REMOVED', 'the card does not answer any more');
      return response;
    }),
    reset: inTurn(async () => {
      const answer = await connection.ask(pcscdCommands.reconnect, resetBody(card), answerOctets.reconnect);
      const { protocol: next, returnValue: outcome } = readReset(answer);
      requireSuccess('a reset of the card', outcome);
      protocol = knownProtocol(next);
      const readers = readReaderStates(
        await connection.ask(pcscdCommands.getReadersState, new Uint8Array(), answerOctets.readersState),
      );
      return readers.find(({ name }) => name === reader)?.atr ?? new Uint8Array();
    }),
    release: inTurn(async () => {
      try {
        await connection.ask(pcscdCommands.disconnect, disconnectBody(card), answerOctets.disconnect);
      } catch (error) {
        // A card or a pcscd that has gone is let go of already.
        if (!(error instanceof PcscError)) throw error;
      } finally {
        connection.close();
      }
    }),
  };
}

/** What is asked of a card waits for the answer to what was asked before: pcscd takes one question at a time. */
function turns() {
  let last: Promise<unknown> = Promise.resolve();
  return <A extends unknown[], T>(work: (...args: A) => Promise<T>) =>
    (...args: A): Promise<T> => {
      const result = last.then(() => work(...args));
      last = result.catch(() => {});
      return result;
    };
}

function knownProtocol(protocol: number): number {
  if (protocol === cardProtocols.t1 || protocol === cardProtocols.t0) return protocol;
  throw new PcscError('PCSC_FAILED', 'the card speaks neither T=0 nor T=1');
}
