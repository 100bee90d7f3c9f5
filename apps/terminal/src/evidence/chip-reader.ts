import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CardInReader, PcscError, waitForCard } from '@tegata/card-reader';
import { ChipAccessError, type ChipPassword, type ChipReading, challengeChip, readChip } from '@tegata/emrtd';
import { readerError } from '../card-reader/reader-error.ts';
import { systemErrorCode } from '../state/durable-file.ts';
import { TerminalError } from '../terminal-error.ts';
import { chipFileNames } from './document-chip.ts';
import { fileError } from './picture-file.ts';

/** How long a document is waited for, in milliseconds. */
const patienceMs = 60_000;

export interface ChipReaderOptions {
  /** part of the reader's name; absent: whichever has a card */
  readonly reader?: string | undefined;
  readonly socket: string;
  readonly signal: AbortSignal;
  /** told in a sentence what happens */
  readonly tell: (line: string) => void;
}

/** What a person is told, in place of what happened between the programs. */
const sentences: Readonly<Record<ChipAccessError['code'], string>> = {
  CHIP_PASSWORD_MALFORMED: 'That can not be what is printed on the document.',
  CHIP_ACCESS_DENIED: 'The chip does not open with that: it belongs to another document, or something was mistyped.',
  CHIP_NOT_AUTHENTIC: 'The chip did not show that it knows what is printed on it.',
  CHIP_NOT_GENUINE: 'The chip did not show that it is the one that was issued: it may be a copy.',
  CHIP_RESPONSE_ALTERED: 'An answer of the chip was changed on the way.',
  CHIP_RESPONSE_UNEXPECTED: 'The chip did not answer as the chip of a document does.',
  CHIP_ACCESS_UNSUPPORTED: 'This card is no document with a chip that can be read in this way.',
  CHIP_FILE_TOO_LARGE: 'A file of the chip is larger than any that is in use.',
  CARD_REMOVED: 'The document was taken away before it was read.',
};

/** What was read, and where the document is. */
export interface ChipInReader extends ChipReading {
  /** name of the reader */
  readonly reader: string;
}

/**
 * Reads the chip of the document in a reader, once there is one.
 * Errors: those of PcscError and ChipAccessError, by their codes.
 */
export function readChipInReader(password: ChipPassword, options: ChipReaderOptions): Promise<ChipInReader> {
  const { tell } = options;
  return withCard(options, async (card) => {
    tell(`Reading the chip in ${card.reader}; leave the document where it is.`);
    const reading = await readChip(card, password, { random: randomBytes });
    const shown = reading.chipAuthentication ? ', chip authentication' : '';
    tell(`The chip was read (${reading.access}${shown}).`);
    return { ...reading, reader: card.reader };
  });
}

/**
 * Has the chip of the document in a reader answer a challenge.
 * Errors: those of PcscError and ChipAccessError, by their codes.
 */
export function challengeChipInReader(
  password: ChipPassword,
  challenge: Uint8Array,
  options: ChipReaderOptions,
): Promise<Uint8Array> {
  return withCard(options, (card) => challengeChip(card, password, challenge, { random: randomBytes }));
}

async function withCard<T>(
  { reader, socket, signal, tell }: ChipReaderOptions,
  work: (card: CardInReader) => Promise<T>,
): Promise<T> {
  const onWaiting = () => tell('Lay the document on the card reader.');
  try {
    const card = await waitForCard({ reader, socket, signal, patienceMs, onWaiting });
    const transmit = async (command: Uint8Array) => {
      signal.throwIfAborted();
      return card.transmit(command);
    };
    try {
      return await work({ ...card, transmit });
    } finally {
      await card.release();
    }
  } catch (error) {
    throw error instanceof ChipAccessError || error instanceof PcscError ? asTerminalError(error) : error;
  }
}

function asTerminalError(cause: ChipAccessError | PcscError): TerminalError {
  if (cause instanceof ChipAccessError) {
    return new TerminalError('precondition', cause.code, sentences[cause.code], { cause });
  }
  return cause.code === 'CARD_REMOVED' ? readerError(cause, sentences.CARD_REMOVED) : readerError(cause);
}

/** Writes the files of a chip to a folder that nobody else can read. FILE_UNREADABLE. */
export function writeChip({ files }: ChipReading, directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const part of ['sod', 'dg1', 'dg2', 'dg14', 'dg15'] as const) {
      const octets = files[part];
      const path = join(directory, chipFileNames[part]);
      if (octets) writeFileSync(path, octets, { mode: 0o600 });
      // What another document left there is not this one's.
      else rmSync(path, { force: true });
    }
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    throw fileError(directory, error);
  }
}

/**
 * Has the files of a chip in a folder while `work` goes on, in memory where the system keeps such folders there, and erases
 * them afterwards.
 */
export async function withChipFolder<T>(
  reading: ChipReading,
  work: (directory: string) => Promise<T>,
  parent: string = process.env.XDG_RUNTIME_DIR ?? tmpdir(),
): Promise<T> {
  const directory = mkdtempSync(join(parent, 'tegata-chip-'));
  try {
    writeChip(reading, directory);
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
