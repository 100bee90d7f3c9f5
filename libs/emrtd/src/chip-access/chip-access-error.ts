/** Why a chip could not be read. Stable. */
export type ChipAccessErrorCode =
  /** the machine readable zone's data or the card access number are not in their form */
  | 'CHIP_PASSWORD_MALFORMED'
  /** the chip does not take this password: it is another document's, or was mistyped */
  | 'CHIP_ACCESS_DENIED'
  /** the chip did not show that it knows the password */
  | 'CHIP_NOT_AUTHENTIC'
  /** the chip has no key that its state has signed for it, or does not answer with one: it is a copy */
  | 'CHIP_NOT_GENUINE'
  /** an answer is not the one the chip gave: its MAC is wrong, or it has none */
  | 'CHIP_RESPONSE_ALTERED'
  /** a status word or structure that does not belong here */
  | 'CHIP_RESPONSE_UNEXPECTED'
  /** the chip has no access procedure that is known here and goes with the password */
  | 'CHIP_ACCESS_UNSUPPORTED'
  /** a file is larger than any in use */
  | 'CHIP_FILE_TOO_LARGE'
  /** the card left the reader, or the reader its computer */
  | 'CARD_REMOVED';

/** A chip that could not be read. The message says what was done, and holds no octets of chip, key or password. */
export class ChipAccessError extends Error {
  override readonly name = 'ChipAccessError';

  constructor(
    readonly code: ChipAccessErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
