/** Why a certificate of a person proves nothing. Stable: recorded, and told to applicants. */
export type PublicKeyRefusalCode =
  /** certificate or signature are not what they should be, or larger than any in use */
  | 'PERSON_CERTIFICATE_MALFORMED'
  /** no configured CA has issued it */
  | 'PERSON_CERTIFICATE_ISSUER_UNKNOWN'
  | 'PERSON_CERTIFICATE_NOT_YET_VALID'
  | 'PERSON_CERTIFICATE_EXPIRED'
  /** not for signatures of persons: key usage, policy, or a CA */
  | 'PERSON_CERTIFICATE_NOT_ALLOWED'
  | 'PERSON_CERTIFICATE_REVOKED'
  /** neither a responder nor a current list says whether it is still good */
  | 'PERSON_CERTIFICATE_STATUS_UNKNOWN'
  /** the statement was signed with another key, or is about another contract */
  | 'PERSON_SIGNATURE_INVALID'
  /** the certificate does not say who its holder is */
  | 'PERSON_ATTRIBUTES_MISSING';

/** A certificate of a person that is refused. The message holds nothing of the person. */
export class PublicKeyRefusal extends Error {
  override readonly name = 'PublicKeyRefusal';

  constructor(
    readonly code: PublicKeyRefusalCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const another = 'The certificate on this card can not be used here. Use another card or document.';

/** What a person can do about it. */
export const publicKeyRefusalSentences: Readonly<Record<PublicKeyRefusalCode, string>> = {
  PERSON_CERTIFICATE_MALFORMED: another,
  PERSON_CERTIFICATE_ISSUER_UNKNOWN:
    'The issuer of this certificate is not among those that can be verified. Use another card.',
  PERSON_CERTIFICATE_NOT_YET_VALID: another,
  PERSON_CERTIFICATE_EXPIRED: 'The certificate on this card has expired. Have it renewed, or use another document.',
  PERSON_CERTIFICATE_NOT_ALLOWED: 'This is not the certificate for signatures. Use that one of the card.',
  PERSON_CERTIFICATE_REVOKED:
    'The certificate on this card has been revoked. Have it renewed, or use another document.',
  PERSON_CERTIFICATE_STATUS_UNKNOWN: 'Whether this certificate is still good can not be told now. Try again later.',
  PERSON_SIGNATURE_INVALID: 'The signature of the card does not hold for this application. Sign again.',
  PERSON_ATTRIBUTES_MISSING: 'The certificate does not say name and date of birth. Use another card or document.',
};
