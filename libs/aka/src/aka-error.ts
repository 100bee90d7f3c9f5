/** Why an input could not be used at all; a refused challenge is an outcome, not an error. */
export type AkaErrorCode =
  /** a key, challenge or token has not the size the functions are defined for */
  | 'BAD_SIZE'
  /** a sequence number outside 48 (SQN) or 43 (SEQ) bits, or an index outside 0..31 */
  | 'BAD_SEQUENCE_NUMBER'
  /** the subscription has used up every sequence number (2^43 authentications) */
  | 'SEQUENCE_NUMBERS_EXHAUSTED'
  /** a public or private key that is none of its curve */
  | 'BAD_KEY';

/** A caller's mistake. The message never holds key material. */
export class AkaError extends Error {
  readonly code: AkaErrorCode;

  constructor(code: AkaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AkaError';
    this.code = code;
  }
}

/** @throws AkaError `BAD_SIZE` when `octets` is not `size` octets long; `what` names it in the message */
export function expectSize(octets: Uint8Array, size: number, what: string): void {
  if (octets.length !== size) throw new AkaError('BAD_SIZE', `${what} has ${octets.length} octets, not ${size}`);
}
