import type { IdentityCertificate } from './identity-certificate.ts';
import type { LocalAuthentication } from './local-authentication-assertion.ts';

/** What a carrier wants of an identity certificate and of the local authentication that releases it. */
export interface AcceptancePolicy {
  /** classes of evidence, for example `document-image` */
  readonly acceptedEvidence: readonly string[];
  /** procedures of verification; absent: all */
  readonly acceptedVerificationMethods?: readonly string[];
  readonly minimumAssuranceLevel: number;
  /** age of the verification above which it does not count, in days */
  readonly certificateMaxAgeDays: number;
  /** kinds of local authentication, for example `password` */
  readonly acceptedMethods: readonly string[];
  /** where the local factor must have been compared; absent: anywhere */
  readonly requiredVerifier?: LocalAuthentication['verifiedIn'];
}

/** Something that is missing, and a sentence for the person who can bring it. */
export interface StepUpReason {
  readonly code: StepUpCode;
  readonly sentence: string;
}

/** What is missing, for the person who can bring it. */
export const stepUpSentences = {
  CERTIFICATE_EVIDENCE_NOT_ACCEPTED:
    'This carrier does not accept the kind of document your identity was verified with.',
  CERTIFICATE_METHOD_NOT_ACCEPTED: 'This carrier does not accept the way your identity was verified.',
  CERTIFICATE_ASSURANCE_TOO_LOW: 'This carrier needs a stronger verification of your identity.',
  CERTIFICATE_TOO_OLD: 'Your identity was verified too long ago for this carrier.',
  LOCAL_FACTOR_NOT_ACCEPTED: 'This carrier needs another kind of local authentication.',
  LOCAL_FACTOR_VERIFIER_NOT_ACCEPTED: 'This carrier needs local authentication to be checked in the eUICC.',
} as const;

/** Why a verified certificate is not enough for a carrier. Stable. */
export type StepUpCode = keyof typeof stepUpSentences;

const DAY = 86_400_000;

/**
 * Judges a verified certificate and assertion by a carrier's policy. Everything that is missing is told, so that one step-up
 * brings it all.
 */
export function judgeAcceptance(
  certificate: Pick<IdentityCertificate, 'method' | 'evidenceClass' | 'assuranceLevel' | 'verifiedAt'>,
  authentication: Pick<LocalAuthentication, 'method' | 'verifiedIn'>,
  policy: AcceptancePolicy,
  at: Date,
): { readonly accepted: true } | { readonly accepted: false; readonly reasons: readonly StepUpReason[] } {
  const { acceptedVerificationMethods: procedures, requiredVerifier } = policy;
  const missing: Record<StepUpCode, boolean> = {
    CERTIFICATE_EVIDENCE_NOT_ACCEPTED: !policy.acceptedEvidence.includes(certificate.evidenceClass),
    CERTIFICATE_METHOD_NOT_ACCEPTED: procedures !== undefined && !procedures.includes(certificate.method),
    CERTIFICATE_ASSURANCE_TOO_LOW: certificate.assuranceLevel < policy.minimumAssuranceLevel,
    CERTIFICATE_TOO_OLD: at.getTime() - certificate.verifiedAt.getTime() > policy.certificateMaxAgeDays * DAY,
    LOCAL_FACTOR_NOT_ACCEPTED: !policy.acceptedMethods.includes(authentication.method),
    LOCAL_FACTOR_VERIFIER_NOT_ACCEPTED:
      requiredVerifier !== undefined && authentication.verifiedIn !== requiredVerifier,
  };
  const codes = (Object.keys(missing) as StepUpCode[]).filter((code) => missing[code]);
  if (codes.length === 0) return { accepted: true };
  return { accepted: false, reasons: codes.map((code) => ({ code, sentence: stepUpSentences[code] })) };
}
