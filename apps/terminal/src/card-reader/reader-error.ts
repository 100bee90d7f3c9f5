import type { PcscError } from '@tegata/card-reader';
import { type FailureKind, TerminalError } from '../terminal-error.ts';

const kinds: Readonly<Record<PcscError['code'], FailureKind>> = {
  PCSC_UNAVAILABLE: 'unavailable',
  READER_NOT_FOUND: 'not-found',
  CARD_NOT_PRESENT: 'precondition',
  CARD_BUSY: 'busy',
  CARD_REMOVED: 'precondition',
  PCSC_FAILED: 'internal',
};

/** What a person is told of a reader that can't be used, or of a card that has gone. */
export function readerError(cause: PcscError, message = `The card reader: ${cause.message}.`): TerminalError {
  return new TerminalError(kinds[cause.code], cause.code, message, { cause });
}
