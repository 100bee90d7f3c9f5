/** Why an LPA procedure stopped. Stable. */
export type LpaErrorCode =
  /** what a server answered can't be read, or lacks a part */
  | 'SERVER_ANSWER_MALFORMED'
  /** serverSigned1 names another address than the one that was called */
  | 'SERVER_ADDRESS_MISMATCH'
  /** the server's certificate has another OID than the activation code */
  | 'SERVER_OID_MISMATCH'
  /** a message of the session names another transaction */
  | 'TRANSACTION_ID_MISMATCH'
  /** what the eUICC answered can't be read */
  | 'EUICC_ANSWER_MALFORMED'
  /** the card has no ISD-R, or no channel for it */
  | 'ISD_R_NOT_FOUND'
  /** the eUICC answered a command with a status word that is not of success, or an error without a better name; or it is too long to be sent */
  | 'EUICC_COMMAND_REFUSED'
  /** the eUICC did not accept the server (authenticateErrorCode) */
  | 'EUICC_REFUSED_SERVER'
  /** the eUICC did not accept the offer (downloadErrorCode) */
  | 'EUICC_REFUSED_DOWNLOAD'
  /** the user did not want the profile */
  | 'USER_REJECTED'
  /** the user wants the profile later */
  | 'USER_POSTPONED'
  /** the user did not answer in time */
  | 'USER_TIMEOUT'
  /** the profile's policy rules are not allowed */
  | 'POLICY_RULES_NOT_ALLOWED'
  /** the package has other metadata than the user was shown */
  | 'METADATA_MISMATCH'
  /** the bound profile package has not the structure it must have, or could not be handed to the eUICC */
  | 'PACKAGE_NOT_LOADABLE'
  /** the eUICC refused the profile and has signed why (bppCommandId, errorReason) */
  | 'INSTALLATION_FAILED'
  /** no profile of that ICCID */
  | 'PROFILE_NOT_FOUND'
  /** the profile is not in the state that the function needs */
  | 'PROFILE_WRONG_STATE'
  /** a profile policy rule forbids it */
  | 'PROFILE_DISALLOWED_BY_POLICY'
  /** a test profile must give way to the profile that was enabled before it */
  | 'PROFILE_WRONG_REENABLING'
  /** the eUICC gives no better reason */
  | 'PROFILE_UNDEFINED_ERROR';

/** A procedure that stopped for a reason of its own; refusals of servers pass through as they come from the port. */
export class LpaError extends Error {
  override readonly name = 'LpaError';
  /** What the eUICC gave as its reason, by the names of SGP.22: `errorReason: pprNotAllowed (15)`. */
  readonly details: Readonly<Record<string, string>>;

  constructor(
    readonly code: LpaErrorCode,
    message: string,
    { details = {}, ...options }: ErrorOptions & { readonly details?: Readonly<Record<string, string>> } = {},
  ) {
    super(message, options);
    this.details = details;
  }
}
