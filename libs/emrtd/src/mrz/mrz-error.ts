/** Why a text is no machine readable zone. Stable. */
export type MrzErrorCode =
  /** not three lines of 30, two of 36 or two of 44 characters */
  | 'MRZ_LENGTH'
  /** another character than A-Z, 0-9 and the filler */
  | 'MRZ_CHARACTER';

/** A text that is no machine readable zone. The message holds nothing of the text, so that it can be logged. */
export class MrzError extends Error {
  override readonly name = 'MrzError';

  constructor(
    readonly code: MrzErrorCode,
    message: string,
  ) {
    super(message);
  }
}
