import { type RefusalName, refusalNamed } from './refusals.ts';
import { reasons, subjects } from './status-codes.ts';

/**
 * What each refusal means to the person who asked for it, as a sentence: the user of a terminal for ES9+ and ES11, an
 * operator for ES2+ and ES12. What a server says itself may be in any words; this depends on the codes alone.
 */
export const explanations: Readonly<Record<RefusalName, string>> = {
  PARAMETER_INVALID: 'The server could not read what it was sent.',
  PARAMETER_MISSING: 'The server misses something in what it was sent.',
  FUNCTION_REQUESTER_REFUSED: 'The server does not let this caller use the function.',
  SMDP_EXECUTION_ERROR: 'The SM-DP+ could not do what it was asked for; it may work later.',
  SMDS_EXECUTION_ERROR: 'The SM-DS could not do what it was asked for; it may work later.',
  TRANSACTION_UNKNOWN: 'The server knows nothing of this session any more; it took too long, or was ended.',
  SMDP_ADDRESS_REFUSED: 'The server is not the SM-DP+ of this address; the address may have been mistyped.',
  SMDP_CI_UNSUPPORTED: 'The SM-DP+ trusts none of the certificate issuers of this eUICC.',
  SMDP_SVN_UNSUPPORTED: 'The SM-DP+ does not support the version of SGP.22 of this eUICC.',
  SMDP_CERTIFICATE_UNAVAILABLE: 'The SM-DP+ has no certificate of an issuer that this eUICC trusts.',
  SMDS_ADDRESS_REFUSED: 'The server is not the SM-DS of this address; the address may have been mistyped.',
  SMDS_CI_UNSUPPORTED: 'The SM-DS trusts none of the certificate issuers of this eUICC.',
  SMDS_SVN_UNSUPPORTED: 'The SM-DS does not support the version of SGP.22 of this eUICC.',
  SMDS_CERTIFICATE_UNAVAILABLE: 'The SM-DS has no certificate of an issuer that this eUICC trusts.',
  EUM_CERTIFICATE_INVALID: 'The server does not accept the certificate of the maker of this eUICC.',
  EUM_CERTIFICATE_EXPIRED: 'The certificate of the maker of this eUICC has expired.',
  EUICC_CERTIFICATE_INVALID: 'The server does not accept the certificate of this eUICC.',
  EUICC_CERTIFICATE_EXPIRED: 'The certificate of this eUICC has expired.',
  CI_UNKNOWN: 'The server does not know the issuer of the certificates of this eUICC.',
  EUICC_AUTHENTICATION_FAILED: 'The server could not verify this eUICC.',
  EUICC_REPORTED_ERROR: 'The eUICC ended the session, and the server took note of it.',
  MATCHING_ID_REFUSED: 'No profile waits under this activation code: it was used before, withdrawn, or mistyped.',
  EID_REFUSED: 'No profile waits for this eUICC here, or the one that waits is meant for another.',
  PROFILE_NOT_RELEASED: 'The profile is ordered but its carrier has not released it yet.',
  NO_ELIGIBLE_PROFILE: 'The carrier has no profile that fits this eUICC and device.',
  EUICC_MEMORY_INSUFFICIENT: 'This eUICC has not enough room for the profile.',
  DOWNLOAD_ORDER_EXPIRED: 'The time to download this profile is over.',
  DOWNLOAD_ORDER_EXHAUSTED: 'This profile was tried to download too often.',
  EUICC_SIGNATURE_INVALID: 'The server could not verify what this eUICC has signed.',
  EUICC_ONE_TIME_KEY_INVALID: 'The server could not use the one-time key of this eUICC.',
  CONFIRMATION_CODE_MISSING: 'The carrier wants the confirmation code that came with the activation code.',
  CONFIRMATION_CODE_REFUSED: 'The confirmation code is wrong.',
  CONFIRMATION_CODE_EXHAUSTED: 'The confirmation code was wrong too often: the carrier gives the profile out no more.',
  BINDING_UNAVAILABLE: 'The profile was bound to another eUICC before and can not be bound again.',
  SMDP_OID_MISMATCH: 'The session was to be ended at another SM-DP+ than it was begun with.',
  EVENT_UNKNOWN: 'The SM-DS has no such event: it was fetched before, or withdrawn.',
  EVENT_ALREADY_REGISTERED: 'The SM-DS has an event of this identifier already.',
  EVENT_LIMIT_REACHED: 'Too many events wait for this eUICC at the SM-DS.',
  ICCID_NOT_ALLOWED: 'This profile is not yours to change.',
  ICCID_UNKNOWN: 'There is no profile of this ICCID.',
  ICCID_UNAVAILABLE: 'The profile of this ICCID is taken already.',
  ICCID_STATE_INVALID: 'The profile is in a state that does not allow this.',
  PROFILE_TYPE_EXHAUSTED: 'No profile of this type is left.',
  PROFILE_TYPE_UNKNOWN: 'There is no such type of profile.',
  PROFILE_TYPE_REFUSED: 'The profile of this ICCID is of another type.',
  MATCHING_ID_IN_USE: 'Another order has this matching id already.',
  SMDS_INACCESSIBLE: 'The SM-DP+ does not reach this SM-DS.',
  EID_MISSING: 'An EID is needed for this.',
  EID_ALREADY_ASSOCIATED: 'The profile is for another EID already.',
  ICCID_OF_ANOTHER_EID: 'The order is for another EID.',
  MATCHING_ID_NOT_ASSOCIATED: 'The order has another matching id.',
};

/**
 * A sentence for the codes of a refusal, for those of no table too: `8.99` and `3.8` are said to be refused.
 *
 * @param subjectCode `8.2.6`
 * @param reasonCode `3.8`
 */
export function explainRefusal(subjectCode: string, reasonCode: string): string {
  const name = refusalNamed(subjectCode, reasonCode);
  if (name !== undefined) return explanations[name];
  const { subject, reason } = nameStatusCodes(subjectCode, reasonCode);
  return `The server refused: ${subject ?? `subject ${subjectCode}`}, ${reason?.toLowerCase() ?? `reason ${reasonCode}`}.`;
}

/** What the codes are called in SGP.22 sections 5.2.6.1 and 5.2.6.2. */
export function nameStatusCodes(
  subjectCode: string,
  reasonCode: string,
): { readonly subject: string | undefined; readonly reason: string | undefined } {
  const named = (table: Readonly<Record<string, string>>, code: string) =>
    Object.hasOwn(table, code) ? table[code] : undefined;
  return { subject: named(subjects, subjectCode), reason: named(reasons, reasonCode) };
}
