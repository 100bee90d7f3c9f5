/** Why a local authentication assertion is refused. Stable; servers send it as the reason of their error. */
export type AssertionErrorCode = keyof typeof sentences;

const sentences = {
  ASSERTION_MALFORMED: 'The assertion can not be read.',
  ASSERTION_CERTIFICATE_INVALID: 'The certificates of the eUICC that made the assertion are not accepted.',
  ASSERTION_SIGNATURE_INVALID: 'The assertion is not signed by the eUICC whose certificate is with it.',
  ASSERTION_CONTRACT_MISMATCH: 'The assertion is for another contract.',
  ASSERTION_NONCE_MISMATCH: 'The assertion is over another nonce.',
  ASSERTION_CARRIER_MISMATCH: 'The assertion is for another carrier.',
  ASSERTION_EID_MISMATCH: 'The assertion is about another eUICC.',
  ASSERTION_TIME_IN_FUTURE: 'The assertion is from the future; the clock of the terminal is wrong.',
  ASSERTION_TOO_OLD: 'Local authentication was too long ago.',
  ASSERTION_OUTCOME_FAILED: 'Local authentication failed.',
  ASSERTION_METHOD_NOT_ACCEPTED: 'This kind of local authentication is not accepted.',
} as const;

/** An assertion that is not accepted. */
export class AssertionError extends Error {
  readonly code: AssertionErrorCode;

  constructor(code: AssertionErrorCode, options?: { cause?: unknown }) {
    super(sentences[code], options);
    this.name = 'AssertionError';
    this.code = code;
  }
}
