import { type Certificate, isSignedBy } from './certificate.ts';
import type { CertificateCache } from './certificate-cache.ts';
import { CertificateError } from './certificate-error.ts';
import type { KeyUsage } from './certificate-extensions.ts';
import { sameName } from './distinguished-name.ts';
import { type CertificateRole, roleOids } from './object-identifiers.ts';

/** What a chain check may use beside the certificates. */
export interface ChainOptions {
  /** remembers signatures that hold */
  readonly cache?: CertificateCache;
  /** whether the issuer has revoked the certificate; absent: no CRL is at hand */
  readonly isRevoked?: ((certificate: Certificate, issuer: Certificate) => boolean) | undefined;
}

/**
 * The one of `candidates` that issued the certificate, by key identifier and name.
 *
 * @throws CertificateError `UNKNOWN_ISSUER`, `ISSUER_NAME_MISMATCH`
 */
export function findIssuer(certificate: Certificate, candidates: readonly Certificate[]): Certificate {
  const { authorityKeyIdentifier: wanted } = certificate;
  const holders = candidates.filter(
    ({ subjectKeyIdentifier: key }) => wanted !== undefined && key !== undefined && Buffer.compare(wanted, key) === 0,
  );
  if (holders.length === 0) throw new CertificateError('UNKNOWN_ISSUER', 'issuer is not at hand');
  // One CI key may have been certified under several names.
  const issuer = holders.find(({ subject }) => sameName(subject, certificate.issuer));
  if (issuer === undefined) throw new CertificateError('ISSUER_NAME_MISMATCH', 'issuer has another name');
  return issuer;
}

/**
 * That the issuer's key signed the certificate: key identifier, name, signature.
 *
 * @throws CertificateError `UNKNOWN_ISSUER`, `ISSUER_NAME_MISMATCH`, `BAD_SIGNATURE`
 */
export function checkIssuedBy(certificate: Certificate, issuer: Certificate, { cache }: ChainOptions = {}): void {
  findIssuer(certificate, [issuer]);
  const holds = cache?.isSignedBy(certificate, issuer) ?? isSignedBy(certificate, issuer.publicKey);
  if (!holds) throw new CertificateError('BAD_SIGNATURE', 'signature does not hold');
}

/** That the key is on its issuer's curve: SGP.22 has one for a whole chain. @throws CertificateError `CURVE_MISMATCH` */
export function checkSameCurve(certificate: Certificate, issuer: Certificate): void {
  if (certificate.curve !== issuer.curve)
    throw new CertificateError('CURVE_MISMATCH', 'key is on another curve than its issuer');
}

/** That `at` is within the validity. @throws CertificateError `NOT_YET_VALID`, `EXPIRED` */
export function checkDates({ notBefore, notAfter }: Certificate, at: Date): void {
  if (at < notBefore) throw new CertificateError('NOT_YET_VALID', 'not yet valid');
  if (at > notAfter) throw new CertificateError('EXPIRED', 'expired');
}

/** @throws CertificateError `REVOKED` */
export function checkNotRevoked(certificate: Certificate, issuer: Certificate, { isRevoked }: ChainOptions): void {
  if (isRevoked?.(certificate, issuer) === true) throw new CertificateError('REVOKED', 'revoked by its issuer');
}

/** That the certificate policies have a role of SGP.22. @throws CertificateError `WRONG_ROLE` */
export function checkRole({ policies }: Certificate, role: CertificateRole): void {
  if (!policies.includes(roleOids[role])) throw new CertificateError('WRONG_ROLE', `has not the role ${role}`);
}

/** @throws CertificateError `UNKNOWN_CRITICAL_EXTENSION` */
export function checkCriticalExtensions({ unrecognisedCritical }: Certificate): void {
  if (unrecognisedCritical.length > 0)
    throw new CertificateError('UNKNOWN_CRITICAL_EXTENSION', `critical extension ${unrecognisedCritical.join(', ')}`);
}

/**
 * That the certificate belongs to a CA below which a path of `below` further CA certificates is allowed.
 *
 * @throws CertificateError `WRONG_CA_FLAG`, `WRONG_KEY_USAGE`, `PATH_LENGTH`
 */
export function checkAuthority({ basicConstraints, keyUsage }: Certificate, below: number): void {
  if (basicConstraints?.ca !== true) throw new CertificateError('WRONG_CA_FLAG', 'not the certificate of a CA');
  if (keyUsage?.has('keyCertSign') !== true) throw new CertificateError('WRONG_KEY_USAGE', 'may not sign certificates');
  if (basicConstraints.pathLength !== undefined && basicConstraints.pathLength < below)
    throw new CertificateError('PATH_LENGTH', 'path below is longer than allowed');
}

/**
 * That the certificate is an end entity's whose key is for `usage`, and not for issuing.
 *
 * @throws CertificateError `WRONG_CA_FLAG`, `WRONG_KEY_USAGE`
 */
export function checkEndEntity({ basicConstraints, keyUsage }: Certificate, usage: KeyUsage): void {
  if (basicConstraints?.ca === true) throw new CertificateError('WRONG_CA_FLAG', 'certificate of a CA');
  if (keyUsage?.has(usage) !== true) throw new CertificateError('WRONG_KEY_USAGE', `key is not for ${usage}`);
  if (keyUsage.has('keyCertSign') || keyUsage.has('cRLSign'))
    throw new CertificateError('WRONG_KEY_USAGE', 'key of an end entity is for issuing');
}

/** @throws CertificateError `WRONG_KEY_USAGE` */
export function checkKeyPurpose({ extendedKeyUsage }: Certificate, purpose: string): void {
  if (extendedKeyUsage?.includes(purpose) !== true)
    throw new CertificateError('WRONG_KEY_USAGE', `extendedKeyUsage has not ${purpose}`);
}
