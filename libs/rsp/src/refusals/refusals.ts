import type { ReasonCode, SubjectCode } from './status-codes.ts';

/** A way in which a function can be refused. */
export interface Refusal {
  readonly subjectCode: SubjectCode;
  readonly reasonCode: ReasonCode;
  /** what the other side is told; says nothing it could not know */
  readonly message: string;
}

/**
 * Every refusal of ES2+, ES9+, ES11 and ES12 (SGP.22 sections 5.3, 5.6, 5.8, 5.9), by a stable name that is also the reason of
 * gRPC errors. Several names may share codes: the name tells operators more than the wire tells the other side.
 */
export const refusals = {
  // any function
  PARAMETER_INVALID: { subjectCode: '1.6', reasonCode: '2.1', message: 'a parameter is malformed' },
  PARAMETER_MISSING: { subjectCode: '1.6', reasonCode: '2.2', message: 'a parameter is missing' },
  FUNCTION_REQUESTER_REFUSED: {
    subjectCode: '1.1',
    reasonCode: '1.2',
    message: 'this requester may not call the function',
  },
  SMDP_EXECUTION_ERROR: { subjectCode: '8.8', reasonCode: '4.2', message: 'SM-DP+ could not carry out the function' },
  SMDS_EXECUTION_ERROR: { subjectCode: '8.9', reasonCode: '4.2', message: 'SM-DS could not carry out the function' },
  TRANSACTION_UNKNOWN: { subjectCode: '8.10.1', reasonCode: '3.9', message: 'transaction is unknown or over' },

  // ES9+.InitiateAuthentication
  SMDP_ADDRESS_REFUSED: { subjectCode: '8.8.1', reasonCode: '3.8', message: 'address is not the one of this SM-DP+' },
  SMDP_CI_UNSUPPORTED: {
    subjectCode: '8.8.2',
    reasonCode: '3.1',
    message: 'no CI key of the eUICC for signing is trusted',
  },
  SMDP_SVN_UNSUPPORTED: { subjectCode: '8.8.3', reasonCode: '3.1', message: 'SVN of the eUICC is not supported' },
  SMDP_CERTIFICATE_UNAVAILABLE: {
    subjectCode: '8.8.4',
    reasonCode: '3.7',
    message: 'no certificate under a CI that the eUICC verifies',
  },

  // ES11.InitiateAuthentication
  SMDS_ADDRESS_REFUSED: { subjectCode: '8.9.1', reasonCode: '3.8', message: 'address is not the one of this SM-DS' },
  SMDS_CI_UNSUPPORTED: {
    subjectCode: '8.9.2',
    reasonCode: '3.1',
    message: 'no CI key of the eUICC for signing is trusted',
  },
  SMDS_SVN_UNSUPPORTED: { subjectCode: '8.9.3', reasonCode: '3.1', message: 'SVN of the eUICC is not supported' },
  SMDS_CERTIFICATE_UNAVAILABLE: {
    subjectCode: '8.9.4',
    reasonCode: '3.7',
    message: 'no certificate under a CI that the eUICC verifies',
  },

  // ES9+ and ES11.AuthenticateClient
  EUM_CERTIFICATE_INVALID: { subjectCode: '8.1.2', reasonCode: '6.1', message: 'EUM certificate is invalid' },
  EUM_CERTIFICATE_EXPIRED: { subjectCode: '8.1.2', reasonCode: '6.3', message: 'EUM certificate has expired' },
  EUICC_CERTIFICATE_INVALID: { subjectCode: '8.1.3', reasonCode: '6.1', message: 'eUICC certificate is invalid' },
  EUICC_CERTIFICATE_EXPIRED: { subjectCode: '8.1.3', reasonCode: '6.3', message: 'eUICC certificate has expired' },
  CI_UNKNOWN: { subjectCode: '8.11.1', reasonCode: '3.9', message: 'CI of the EUM certificate is unknown' },
  EUICC_AUTHENTICATION_FAILED: {
    subjectCode: '8.1',
    reasonCode: '6.1',
    message: 'eUICC signature or challenge is wrong',
  },
  EUICC_REPORTED_ERROR: { subjectCode: '8.1', reasonCode: '6.1', message: 'eUICC answered with an error' },
  MATCHING_ID_REFUSED: { subjectCode: '8.2.6', reasonCode: '3.8', message: 'MatchingID is refused' },
  EID_REFUSED: { subjectCode: '8.1.1', reasonCode: '3.8', message: 'EID is not the one expected' },
  PROFILE_NOT_RELEASED: { subjectCode: '8.2', reasonCode: '1.2', message: 'profile has not been released' },
  NO_ELIGIBLE_PROFILE: { subjectCode: '8.2.5', reasonCode: '4.3', message: 'no profile fits this eUICC or device' },
  EUICC_MEMORY_INSUFFICIENT: { subjectCode: '8.1', reasonCode: '4.8', message: 'not enough room on the eUICC' },
  DOWNLOAD_ORDER_EXPIRED: { subjectCode: '8.8.5', reasonCode: '4.10', message: 'download order has expired' },
  DOWNLOAD_ORDER_EXHAUSTED: {
    subjectCode: '8.8.5',
    reasonCode: '6.4',
    message: 'too many tries for this download order',
  },

  // ES9+.GetBoundProfilePackage
  EUICC_SIGNATURE_INVALID: { subjectCode: '8.1', reasonCode: '6.1', message: 'eUICC signature is wrong' },
  EUICC_ONE_TIME_KEY_INVALID: {
    subjectCode: '8.1',
    reasonCode: '6.1',
    message: 'one-time key of the eUICC is invalid',
  },
  CONFIRMATION_CODE_MISSING: { subjectCode: '8.2.7', reasonCode: '2.2', message: 'confirmation code is missing' },
  CONFIRMATION_CODE_REFUSED: { subjectCode: '8.2.7', reasonCode: '3.8', message: 'confirmation code is refused' },
  CONFIRMATION_CODE_EXHAUSTED: {
    subjectCode: '8.2.7',
    reasonCode: '6.4',
    message: 'too many wrong confirmation codes',
  },
  BINDING_UNAVAILABLE: { subjectCode: '8.2', reasonCode: '3.7', message: 'profile package cannot be bound again' },

  // ES9+.CancelSession
  SMDP_OID_MISMATCH: { subjectCode: '8.8', reasonCode: '3.10', message: 'OID is not the one of this SM-DP+' },

  // ES11.AuthenticateClient, ES12
  EVENT_UNKNOWN: { subjectCode: '8.9.5', reasonCode: '3.9', message: 'event is unknown' },
  EVENT_ALREADY_REGISTERED: { subjectCode: '8.9.5', reasonCode: '3.3', message: 'event is registered already' },
  EVENT_LIMIT_REACHED: { subjectCode: '8.9', reasonCode: '4.8', message: 'no more events are taken' },

  // ES2+
  ICCID_NOT_ALLOWED: { subjectCode: '8.2.1', reasonCode: '1.2', message: 'not allowed on this profile' },
  ICCID_UNKNOWN: { subjectCode: '8.2.1', reasonCode: '3.9', message: 'ICCID is unknown' },
  ICCID_UNAVAILABLE: { subjectCode: '8.2.1', reasonCode: '3.3', message: 'profile is not available' },
  ICCID_STATE_INVALID: { subjectCode: '8.2.1', reasonCode: '3.5', message: 'profile cannot change to this state' },
  PROFILE_TYPE_EXHAUSTED: { subjectCode: '8.2.5', reasonCode: '3.7', message: 'no profile of this type is left' },
  PROFILE_TYPE_UNKNOWN: { subjectCode: '8.2.5', reasonCode: '3.9', message: 'profile type is unknown' },
  PROFILE_TYPE_REFUSED: { subjectCode: '8.2.5', reasonCode: '3.8', message: 'profile is of another type' },
  MATCHING_ID_IN_USE: { subjectCode: '8.2.6', reasonCode: '3.3', message: 'MatchingID is in use already' },
  SMDS_INACCESSIBLE: { subjectCode: '8.9', reasonCode: '5.1', message: 'SM-DS can not be reached from here' },
  EID_MISSING: { subjectCode: '8.1.1', reasonCode: '2.2', message: 'EID is missing' },
  EID_ALREADY_ASSOCIATED: { subjectCode: '8.1.1', reasonCode: '3.10', message: 'another EID is associated already' },
  ICCID_OF_ANOTHER_EID: { subjectCode: '8.2.1', reasonCode: '3.10', message: 'another EID is associated' },
  MATCHING_ID_NOT_ASSOCIATED: { subjectCode: '8.2.6', reasonCode: '3.10', message: 'another MatchingID is associated' },
} as const satisfies Readonly<Record<string, Refusal>>;

/** Stable name of a refusal. */
export type RefusalName = keyof typeof refusals;

/** All names, in the order of the table. */
export const refusalNames = Object.keys(refusals) as readonly RefusalName[];

/** The first name with these codes; undefined for codes that are in no table of SGP.22. */
export function refusalNamed(subjectCode: string, reasonCode: string): RefusalName | undefined {
  return refusalNames.find((name) => {
    const refusal = refusals[name];
    return refusal.subjectCode === subjectCode && refusal.reasonCode === reasonCode;
  });
}
