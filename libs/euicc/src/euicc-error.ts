/** Why the eUICC refuses outright, where the specification has no result of its own for it. Stable. */
export type EuiccErrorCode =
  /** the request is not the object it should be */
  | 'MESSAGE_MALFORMED'
  /** LoadBoundProfilePackage without PrepareDownload, or after the end of its session */
  | 'DOWNLOAD_NOT_PREPARED'
  /** the pieces ended before the end of the package; what was loaded is discarded */
  | 'PACKAGE_INCOMPLETE'
  /** no pending notification has this sequence number */
  | 'NOTIFICATION_NOT_FOUND'
  /** no password is registered */
  | 'LOCAL_AUTHENTICATION_NOT_REGISTERED'
  /** too many failures in a row; the reset code unlocks */
  | 'LOCAL_AUTHENTICATION_LOCKED'
  /** the current password is not this one */
  | 'LOCAL_AUTHENTICATION_FAILED'
  | 'RESET_CODE_WRONG'
  /** too many wrong reset codes; only a memory reset of the application helps */
  | 'RESET_CODE_LOCKED'
  /** the identity certificate names another EID or key */
  | 'CERTIFICATE_NOT_FOR_THIS_EUICC'
  /** no successful local authentication for this contract came before */
  | 'CERTIFICATE_OUTPUT_FORBIDDEN'
  | 'NO_CERTIFICATE';

/** A refusal of the eUICC. The message is for people and holds no secret and no identity. */
export class EuiccError extends Error {
  readonly code: EuiccErrorCode;

  constructor(code: EuiccErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EuiccError';
    this.code = code;
  }
}
