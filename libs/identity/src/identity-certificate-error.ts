/** Why an identity certificate is not enough. Stable; a carrier answers each with a step-up, never a dead end. */
export type IdentityCertificateErrorCode = keyof typeof identityCertificateSentences;

/** What is wrong with it, for the person it concerns. */
export const identityCertificateSentences = {
  CERTIFICATE_MALFORMED: 'The identity certificate can not be read.',
  CERTIFICATE_FORGED: 'The identity certificate was not issued under the trusted identity root.',
  CERTIFICATE_NOT_YET_VALID: 'The identity certificate is not valid yet.',
  CERTIFICATE_EXPIRED: 'The identity certificate has expired; your identity must be verified again.',
  CERTIFICATE_EID_MISMATCH: 'The identity certificate is for another eUICC.',
  CERTIFICATE_KEY_MISMATCH: 'The identity certificate is for another key than the one of this eUICC.',
  CERTIFICATE_REVOKED: 'The identity certificate was revoked; your identity must be verified again.',
  CERTIFICATE_STATUS_STALE: 'Whether the identity certificate still stands can not be told now.',
} as const;

/** An identity certificate that does not show what is needed. The message is a sentence for the person it concerns. */
export class IdentityCertificateError extends Error {
  readonly code: IdentityCertificateErrorCode;

  constructor(code: IdentityCertificateErrorCode, options?: { cause?: unknown }) {
    super(identityCertificateSentences[code], options);
    this.name = 'IdentityCertificateError';
    this.code = code;
  }
}
