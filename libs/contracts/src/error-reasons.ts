/**
 * Reasons of refusal, as data. A reason is stable: programs act on it. Its status and sentence are the same on every
 * server. SGP.22 refusals are not here; they carry subject and reason code (see `rspErrorDomain`).
 */

/** Names of gRPC statuses other than OK. */
export type StatusName =
  | 'CANCELLED'
  | 'UNKNOWN'
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'OUT_OF_RANGE'
  | 'UNIMPLEMENTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'DATA_LOSS'
  | 'UNAUTHENTICATED';

/** Domain of the reasons below in google.rpc.ErrorInfo. */
export const tegataErrorDomain = 'tegata.example';

/** Domain of SGP.22 refusals; metadata then has `subjectCode` and `reasonCode` (SGP.22 section 5.2.6). */
export const rspErrorDomain = 'rsp.gsma.com';

interface ReasonEntry {
  readonly status: StatusName;
  /** What happened and what to do about it, for a person. */
  readonly sentence: string;
}

const entry = (status: StatusName, sentence: string): ReasonEntry => ({ status, sentence });

/** Reason to status and default sentence. */
export const errorReasons = {
  // Every server
  CALLER_UNIDENTIFIED: entry('UNAUTHENTICATED', 'The client certificate names no caller of this system.'),
  CALLER_NOT_ALLOWED: entry('PERMISSION_DENIED', 'This caller may not call this method.'),
  MESSAGE_MALFORMED: entry('INVALID_ARGUMENT', 'The request is not a well-formed message of its type.'),
  MESSAGE_TOO_LARGE: entry('RESOURCE_EXHAUSTED', 'The request is larger than this method takes.'),
  RATE_LIMITED: entry('RESOURCE_EXHAUSTED', 'Too many calls from this address; wait as long as the answer says.'),
  FIELD_INVALID: entry('INVALID_ARGUMENT', 'Fields of the request are not as they must be.'),
  DEADLINE_TOO_SHORT: entry('DEADLINE_EXCEEDED', 'Too little time is left to answer; call with a later deadline.'),
  DEADLINE_EXCEEDED: entry('DEADLINE_EXCEEDED', 'The call took longer than its deadline.'),
  CALL_CANCELLED: entry('CANCELLED', 'The call was cancelled.'),
  SERVER_STOPPING: entry('UNAVAILABLE', 'The server is stopping; call again.'),
  SERVER_UNREACHABLE: entry('UNAVAILABLE', 'The server can not be reached.'),
  SERVER_NOT_SERVING: entry('UNAVAILABLE', 'The server was reached, and can not serve now.'),
  SERVER_NOT_TRUSTED: entry(
    'FAILED_PRECONDITION',
    'The certificate of the server is not trusted, or is for another name.',
  ),
  SERVER_ROLE_WRONG: entry(
    'FAILED_PRECONDITION',
    'The certificate of the server is trusted, but it is not for a server of this kind.',
  ),
  SERVER_ANSWER_MALFORMED: entry('UNKNOWN', 'The server answered with something that is no answer of the function.'),
  METHOD_NOT_SERVED: entry('UNIMPLEMENTED', 'This server does not have the method.'),
  INTERNAL_ERROR: entry('INTERNAL', 'Something went wrong in the server; the incident number finds it in the log.'),

  // Contracts (management)
  CONTRACT_NOT_FOUND: entry('NOT_FOUND', 'There is no such contract, or the token is not its own.'),
  CONTRACT_EXPIRED: entry('FAILED_PRECONDITION', 'The contract has lapsed; apply again.'),
  CONTRACT_STATE_UNSUITABLE: entry('FAILED_PRECONDITION', 'The contract is not at this step.'),
  TOO_MANY_CONTRACTS: entry('RESOURCE_EXHAUSTED', 'This device has applied here too often; apply again tomorrow.'),
  NONCE_USED: entry('FAILED_PRECONDITION', 'The nonce was used before; fetch the contract for a fresh one.'),
  ASSERTION_MALFORMED: entry('PERMISSION_DENIED', 'The local authentication assertion can not be read.'),
  ASSERTION_SIGNATURE_INVALID: entry('PERMISSION_DENIED', 'The assertion is not signed by the eUICC it names.'),
  ASSERTION_CERTIFICATE_INVALID: entry('PERMISSION_DENIED', 'The eUICC certificate of the assertion is not trusted.'),
  ASSERTION_OUTCOME_FAILED: entry('PERMISSION_DENIED', 'Local authentication failed; authenticate again.'),
  ASSERTION_NONCE_MISMATCH: entry('PERMISSION_DENIED', 'The assertion is over another nonce.'),
  ASSERTION_CONTRACT_MISMATCH: entry('PERMISSION_DENIED', 'The assertion is for another contract.'),
  ASSERTION_CARRIER_MISMATCH: entry('PERMISSION_DENIED', 'The assertion is for another carrier.'),
  ASSERTION_EID_MISMATCH: entry('PERMISSION_DENIED', 'The assertion is from another eUICC.'),
  ASSERTION_METHOD_NOT_ACCEPTED: entry('PERMISSION_DENIED', 'This kind of local authentication is not accepted.'),
  ASSERTION_TIME_IN_FUTURE: entry('PERMISSION_DENIED', 'The assertion is from the future; set the clock right.'),
  ASSERTION_TOO_OLD: entry('PERMISSION_DENIED', 'Local authentication was too long ago; authenticate again.'),
  ID_PHOTO_INCOMPLETE: entry('INVALID_ARGUMENT', 'The frames of the ID photo can not be read.'),
  ID_PHOTO_UNSIGNED: entry(
    'FAILED_PRECONDITION',
    'An ID photo is captured prompt by prompt and signed by the eUICC; use a newer terminal.',
  ),
  AUTHENTICATION_UNAVAILABLE: entry('UNAVAILABLE', 'The authentication server can not be reached; try again later.'),
  SUBSCRIPTION_UNKNOWN: entry('NOT_FOUND', 'There is no such subscription.'),
  SUBSCRIPTION_NOT_ACTIVE: entry('FAILED_PRECONDITION', 'The subscription is suspended; ask the carrier.'),
  NUMBERS_EXHAUSTED: entry('RESOURCE_EXHAUSTED', 'The number range of the carrier is used up.'),
  ROW_KEY_REUSED: entry('ALREADY_EXISTS', 'The key of this row was used before with other content.'),
  ICCID_TAKEN: entry('ALREADY_EXISTS', 'Another profile has this ICCID.'),
  IMSI_TAKEN: entry('ALREADY_EXISTS', 'Another subscription has this IMSI.'),
  SET_UNKNOWN: entry('INVALID_ARGUMENT', 'The SM-DP+ has no such set of certificates, or no address for it.'),
  MSISDN_TAKEN: entry('ALREADY_EXISTS', 'Another subscription has this number.'),
  SUBSCRIPTION_VALUE_INVALID: entry('INVALID_ARGUMENT', 'A value does not fit the profile package or its template.'),
  METADATA_INVALID: entry('INVALID_ARGUMENT', 'Names, icon or policy rules are not as profile metadata has them.'),
  TEMPLATE_UNREADABLE: entry('INVALID_ARGUMENT', 'The template is not a profile package.'),
  PROFILE_UNKNOWN: entry('NOT_FOUND', 'There is no such profile or order.'),
  KEY_EXPORT_OFF: entry('FAILED_PRECONDITION', 'This server tells nobody the keys of profiles that it stores.'),
  ORDER_OVER: entry('FAILED_PRECONDITION', 'There is no order for this profile that could still end.'),
  ATTEMPT_UNKNOWN: entry('NOT_FOUND', 'There is no such attempt, or it was answered before.'),
  AKA_RESPONSE_WRONG: entry('PERMISSION_DENIED', 'The response of the USIM is not the expected one.'),
  AKA_AUTS_WRONG: entry('PERMISSION_DENIED', 'The resynchronisation token of the USIM is not genuine.'),

  // Identity verification and certificates (authentication)
  VERIFICATION_NOT_FOUND: entry('NOT_FOUND', 'There is no such verification.'),
  VERIFICATION_STATE_UNSUITABLE: entry('FAILED_PRECONDITION', 'The verification is not at this step.'),
  TRUST_FOLDER_UNREADABLE: entry('UNAVAILABLE', 'Certificates can not be verified now; try again later.'),
  VERIFICATION_WITHDRAWN: entry(
    'FAILED_PRECONDITION',
    'The contract was cancelled or lapsed before the identity was verified; apply again.',
  ),
  IDENTITY_PROOF_EXPIRED: entry('FAILED_PRECONDITION', 'The request for an ID photo has lapsed; start again.'),
  ID_PHOTO_NOT_JUDGED: entry(
    'FAILED_PRECONDITION',
    'The pictures could not be analysed. Take them again, with another camera if there is one.',
  ),
  REVIEW_NOT_FOUND: entry('NOT_FOUND', 'There is no such review, or it was decided.'),
  REVIEW_WITHDRAWN: entry(
    'FAILED_PRECONDITION',
    'The applicant has withdrawn; there is nothing left to look at or to decide.',
  ),
  REVIEW_CLAIMED: entry('ABORTED', 'Somebody else works on this review; take another, or wait until the claim lapses.'),
  REVIEW_CLAIM_LOST: entry('ABORTED', 'The claim on this review has lapsed or is another one; claim it again.'),
  REVIEW_DECISION_MISSING: entry('INVALID_ARGUMENT', 'A review is accepted or refused; say which.'),
  REVIEW_REFUSED: entry(
    'FAILED_PRECONDITION',
    'A person compared your pictures with the document and could not accept them. Apply again, with a document that shows you well.',
  ),
  REVIEW_LAPSED: entry('FAILED_PRECONDITION', 'Nobody could look at the verification in time; start again.'),
  CAPTURE_PROMPT_NOT_ASKED: entry('FAILED_PRECONDITION', 'This prompt was not asked yet; answer the one that was.'),
  CAPTURE_FRAMES_TOO_MANY: entry('INVALID_ARGUMENT', 'There are more frames than the prompt asks for.'),
  CAPTURE_TIMES_UNORDERED: entry('INVALID_ARGUMENT', 'The frames are not in the order in which they were taken.'),
  CAPTURE_STATEMENT_MALFORMED: entry('PERMISSION_DENIED', "The eUICC's statement over the frames can not be read."),
  CAPTURE_SIGNATURE_INVALID: entry('PERMISSION_DENIED', 'The frames are not signed by the eUICC of this contract.'),
  CAPTURE_OF_ANOTHER_PROMPT: entry('PERMISSION_DENIED', 'The frames were signed for another prompt or contract.'),
  CAPTURE_CHAIN_BROKEN: entry('PERMISSION_DENIED', 'Frames are missing, changed, or in another order than was signed.'),
  ENVELOPE_UNREADABLE: entry('INVALID_ARGUMENT', 'The sealed data can not be opened with the key of this server.'),
  DOCUMENTS_UNREADABLE: entry('INVALID_ARGUMENT', 'The identity documents are not readable; take the picture again.'),
  EVIDENCE_NOT_ACCEPTED: entry(
    'FAILED_PRECONDITION',
    'This kind of evidence is not accepted here; use one that the carrier accepts.',
  ),
  DECLARED_ATTRIBUTE_REPEATED: entry('INVALID_ARGUMENT', 'An attribute was declared twice; declare each once.'),
  DECLARED_ATTRIBUTE_TOO_LONG: entry(
    'INVALID_ARGUMENT',
    'A name or the address is too long; leave out what does not belong to it.',
  ),
  APPLICANT_DIFFERS: entry(
    'FAILED_PRECONDITION',
    'The documents were handed in with other data than the application has; apply again, with the same data for both.',
  ),
  DECLARED_ATTRIBUTE_DIFFERS: entry(
    'FAILED_PRECONDITION',
    'Name, date of birth or address are not those of the document; apply with what the document says.',
  ),
  ATTRIBUTE_UNCONFIRMED: entry(
    'FAILED_PRECONDITION',
    'The carrier requires a name or an address that the document does not show as it was typed. Apply with it as it stands there, or use another document.',
  ),
  TRANSFER_STATEMENT_MALFORMED: entry(
    'FAILED_PRECONDITION',
    'The transfer code can not be read; make a new one on the device you used until now.',
  ),
  TRANSFER_NOT_ACCEPTED: entry(
    'FAILED_PRECONDITION',
    'No verification is kept that this transfer code could be used for. Apply with an identity document.',
  ),
  TRANSFER_OF_ANOTHER_DEVICE: entry(
    'FAILED_PRECONDITION',
    'The transfer code was made for another device; make one with the EID of this one.',
  ),
  TRANSFER_EXPIRED: entry(
    'FAILED_PRECONDITION',
    'The transfer code has lapsed, or the clock of the device that made it is wrong; make a new one.',
  ),
  TRANSFER_USED: entry('FAILED_PRECONDITION', 'The transfer code was used before; make a new one.'),
  TRANSFER_TRIES_USED_UP: entry(
    'FAILED_PRECONDITION',
    'Too many transfers of this certificate have failed. Apply with an identity document.',
  ),
  EKYC_UNAVAILABLE: entry('UNAVAILABLE', 'Identity verification is not available now; try again later.'),
  DATA_ACQUISITION_KEY_UNUSABLE: entry(
    'PERMISSION_DENIED',
    'This data acquisition key can not be used; make a new one.',
  ),
  EKYC_BUSY: entry('RESOURCE_EXHAUSTED', 'Too many verifications are waiting; try again in a moment.'),
  CERTIFICATE_NOT_FOUND: entry('NOT_FOUND', 'There is no such identity certificate.'),

  // Acquisition (relay)
  SESSION_UNKNOWN: entry('UNAUTHENTICATED', 'The session is not known; authenticate the eUICC again.'),
  NOTHING_TO_ACQUIRE: entry('NOT_FOUND', 'Nothing waits under this key for this eUICC.'),
  ADDRESS_NOT_OWN: entry('PERMISSION_DENIED', 'An SM-DP+ announces profiles at its own address only.'),
  EVENT_EXISTS: entry('ALREADY_EXISTS', 'The event or the key is registered with other values.'),

  // eUICC and terminal
  LOCAL_AUTHENTICATION_FAILED: entry('PERMISSION_DENIED', 'The password is wrong.'),
  LOCAL_AUTHENTICATION_LOCKED: entry('FAILED_PRECONDITION', 'Too many failures; unlock with the reset code.'),
  LOCAL_AUTHENTICATION_NOT_REGISTERED: entry('FAILED_PRECONDITION', 'Register local authentication first.'),
  RESET_CODE_WRONG: entry('PERMISSION_DENIED', 'The reset code is wrong.'),
  RESET_CODE_LOCKED: entry('FAILED_PRECONDITION', 'Too many wrong reset codes; only a memory reset helps.'),
  NO_CERTIFICATE: entry('NOT_FOUND', 'No identity certificate is stored.'),
  CERTIFICATE_NOT_FOR_THIS_EUICC: entry('INVALID_ARGUMENT', 'The certificate is for another eUICC.'),
  CERTIFICATE_OUTPUT_FORBIDDEN: entry(
    'PERMISSION_DENIED',
    'The certificate is put out after local authentication only.',
  ),
  DOWNLOAD_NOT_PREPARED: entry(
    'FAILED_PRECONDITION',
    'No download is prepared, or its session has ended; begin again.',
  ),
  NOTIFICATION_NOT_FOUND: entry('NOT_FOUND', 'No pending notification has this sequence number.'),
  EUICC_MEMORY_FULL: entry('RESOURCE_EXHAUSTED', 'The eUICC has no room for this; delete a profile.'),
  PACKAGE_INCOMPLETE: entry('INVALID_ARGUMENT', 'The profile package ended before it was complete.'),
  NO_PROFILE_ENABLED: entry('FAILED_PRECONDITION', 'No profile is enabled; enable one first.'),
  AKA_NETWORK_REJECTED: entry('PERMISSION_DENIED', 'The USIM refused the network.'),
  EVIDENCE_NEEDED: entry('FAILED_PRECONDITION', 'Identity documents and photos are needed for this contract.'),
  CARRIER_UNKNOWN: entry('NOT_FOUND', 'The terminal knows no carrier of this name.'),
  FILE_NOT_FOUND: entry('NOT_FOUND', 'A file that was named does not exist.'),
  SCREEN_NOT_ASKED: entry('NOT_FOUND', 'Nothing is waited for that has this number.'),
} as const satisfies Readonly<Record<string, ReasonEntry>>;

/** A reason of the table. */
export type ErrorReason = keyof typeof errorReasons;
