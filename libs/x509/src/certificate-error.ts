/** Why a certificate (or CRL, or chain) was refused. Stable: servers map it to SGP.22 status codes and reasons of their own. */
export type CertificateErrorCode =
  /** not one strict DER X.509 v3 certificate (v2 CRL), or a field without a meaning in it */
  | 'MALFORMED'
  /** signature algorithm other than ecdsa-with-SHA256 */
  | 'UNSUPPORTED_ALGORITHM'
  /** key on another curve than P-256 or brainpoolP256r1, or no EC key */
  | 'UNSUPPORTED_CURVE'
  /** a critical extension this library does not know */
  | 'UNKNOWN_CRITICAL_EXTENSION'
  /** no issuer with the authority key identifier is at hand (for the EUM: its CI is not trusted) */
  | 'UNKNOWN_ISSUER'
  /** the key identifier fits, the issuer's name does not */
  | 'ISSUER_NAME_MISMATCH'
  /** the signature does not hold */
  | 'BAD_SIGNATURE'
  /** key on another curve than its issuer's (one curve for the whole chain) */
  | 'CURVE_MISMATCH'
  | 'NOT_YET_VALID'
  | 'EXPIRED'
  /** on the issuer's CRL */
  | 'REVOKED'
  /** the certificate policies do not have the SGP.22 role that is needed here */
  | 'WRONG_ROLE'
  /** keyUsage or extendedKeyUsage does not allow what the key is used for, or allows too much */
  | 'WRONG_KEY_USAGE'
  /** CA flag present or absent where it should not be */
  | 'WRONG_CA_FLAG'
  /** path length longer than an issuer allows, or not the one that is prescribed */
  | 'PATH_LENGTH'
  /** a subject alternative name that is needed is absent */
  | 'MISSING_NAME'
  /** the subject has no serial number that is an EID */
  | 'EID_MALFORMED'
  /** the EID does not begin with an issuer identification number the EUM is limited to */
  | 'EID_OUT_OF_RANGE'
  /** the eUICC's organisation is not the one the EUM is limited to */
  | 'ORGANISATION_MISMATCH'
  /** two certificates of one server carry different registered identifiers */
  | 'OID_MISMATCH'
  /** a CI whose private key is published, not accepted by this configuration */
  | 'TEST_CI';

/** How an error calls a certificate before somebody who knows which one it is names it. */
const unnamed = 'certificate';

/**
 * A certificate that is not accepted.
 *
 * `certificate` says which one of a chain it was: a role of SGP.22 (`EUM`, `eUICC`, `DPauth`, ..) or the name the caller
 * gave. The message holds no EID and no octets of the certificate, so that it can be logged.
 */
export class CertificateError extends Error {
  readonly code: CertificateErrorCode;
  readonly certificate: string;
  /** what is wrong, without naming the certificate */
  readonly reason: string;

  constructor(code: CertificateErrorCode, reason: string, certificate = unnamed, options?: { cause?: unknown }) {
    super(`${certificate}: ${reason}`, options);
    this.name = 'CertificateError';
    this.code = code;
    this.certificate = certificate;
    this.reason = reason;
  }

  /** The same error, about the certificate called `certificate`, unless it is named already. */
  of(certificate: string): CertificateError {
    if (this.certificate !== unnamed) return this;
    return new CertificateError(this.code, this.reason, certificate, { cause: this.cause });
  }
}

/** Runs `work` on the certificate called `certificate`, so that a CertificateError out of it says which one it was. */
export function naming<T>(certificate: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof CertificateError ? error.of(certificate) : error;
  }
}
