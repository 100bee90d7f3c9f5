/** Why a card reader could not be used. Stable. */
export type PcscErrorCode =
  /** nothing answers where PC/SC is */
  | 'PCSC_UNAVAILABLE'
  /** no reader, or none with this name */
  | 'READER_NOT_FOUND'
  /** no card came in the time allowed */
  | 'CARD_NOT_PRESENT'
  /** another program has the card */
  | 'CARD_BUSY'
  /** the card left the reader, or the reader its computer */
  | 'CARD_REMOVED'
  /** PC/SC failed in another way; the message has its number */
  | 'PCSC_FAILED';

/** A reader or card that could not be used. The message holds no octets of a command or answer. */
export class PcscError extends Error {
  override readonly name = 'PcscError';

  constructor(
    readonly code: PcscErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Return values of PC/SC that mean something of their own (PC/SC part 5 section 3.1, `pcsclite.h`). */
const meanings: Readonly<Record<number, readonly [code: PcscErrorCode, message: string]>> = {
  2148532233: ['READER_NOT_FOUND', 'the reader has gone'],
  2148532235: ['CARD_BUSY', 'another program has the card'],
  2148532236: ['CARD_REMOVED', 'there is no card in the reader'],
  2148532246: ['CARD_REMOVED', 'the card does not answer any more'],
  2148532247: ['CARD_REMOVED', 'the reader has gone'],
  2148532271: ['CARD_REMOVED', 'the card does not answer any more'],
  2148532326: ['CARD_REMOVED', 'the card does not answer'],
  2148532327: ['CARD_REMOVED', 'the card has lost its power'],
  2148532328: ['CARD_REMOVED', 'the card was reset by another program'],
  2148532329: ['CARD_REMOVED', 'the card was removed'],
};

/** @throws PcscError unless the return value is that of success */
export function requireSuccess(what: string, returnValue: number): void {
  if (returnValue === 0) return;
  const number = `0x${returnValue.toString(16).toUpperCase()}`;
  const [code, message] = meanings[returnValue] ?? (['PCSC_FAILED', `${what} failed`] as const);
  throw new PcscError(code, `${message} (PC/SC ${number})`);
}
