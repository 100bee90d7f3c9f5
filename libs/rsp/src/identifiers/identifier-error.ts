/** Which kind of identifier a text or octet string is not. */
export type IdentifierErrorCode =
  | 'BAD_ACTIVATION_CODE'
  | 'BAD_AID'
  | 'BAD_EID'
  | 'BAD_ICCID'
  | 'BAD_PLMN'
  | 'BAD_TRANSACTION_ID'
  | 'BAD_VERSION';

/** An identifier that does not have the form the specification gives it. The message does not repeat the identifier. */
export class IdentifierError extends Error {
  readonly code: IdentifierErrorCode;

  constructor(code: IdentifierErrorCode, message: string) {
    super(message);
    this.name = 'IdentifierError';
    this.code = code;
  }
}
