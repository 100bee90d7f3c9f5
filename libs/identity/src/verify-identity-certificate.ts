import type { KeyObject } from 'node:crypto';
import {
  type Certificate,
  CertificateError,
  checkAuthority,
  checkCriticalExtensions,
  checkDates,
  checkEndEntity,
  checkIssuedBy,
  findIssuer,
  parseCertificate,
} from '@tegata/x509';
import { certificateStatus, type StatusList } from './certificate-status.ts';
import { type IdentityCertificate, parseIdentityCertificate } from './identity-certificate.ts';
import { IdentityCertificateError } from './identity-certificate-error.ts';

/** Longest chain looked at, identity certificate and root not counted. */
const MAXIMUM_INTERMEDIATES = 3;

/** Whom an identity certificate must come from and whom it must be about. */
export interface IdentityExpectations {
  /** the trusted identity root */
  readonly root: Certificate;
  /** issuing CAs that are known beforehand; others may come with the certificate */
  readonly issuingCas?: readonly Certificate[];
  readonly at: Date;
  /** the EID of the eUICC that was authenticated */
  readonly eid: string;
  /** the key of that eUICC: the one that signed the local authentication assertion */
  readonly euiccPublicKey: KeyObject;
  /** the status list held; absent: the certificate's status can't be told, which counts as stale */
  readonly status: { readonly held?: StatusList; readonly maximumAgeSeconds: number };
}

/**
 * Verifies an identity certificate (S50), without asking anybody: profile, chain to the identity root, dates, EID, eUICC key,
 * status. The first thing that is wrong is told.
 *
 * @param received DER certificates, the identity certificate first, then CAs up to but without the root
 * @throws IdentityCertificateError
 */
export function verifyIdentityCertificate(
  received: readonly Uint8Array[],
  expected: IdentityExpectations,
): IdentityCertificate {
  const { at, eid, euiccPublicKey, status, root, issuingCas = [] } = expected;
  const [first, ...others] = received;
  if (first === undefined || others.length > MAXIMUM_INTERMEDIATES)
    throw new IdentityCertificateError('CERTIFICATE_MALFORMED');
  const identity = parseIdentityCertificate(first);
  const { certificate } = identity;
  const chain = translating(() => {
    const cas = [...issuingCas, ...others.map(parseCertificate)];
    const authorities = checkChain(certificate, cas, root);
    checkCriticalExtensions(certificate);
    checkEndEntity(certificate, 'digitalSignature');
    return authorities;
  });
  translating(() => {
    for (const link of [certificate, ...chain]) checkDates(link, at);
  });
  if (identity.eid !== eid) throw new IdentityCertificateError('CERTIFICATE_EID_MISMATCH');
  if (!certificate.publicKey.equals(euiccPublicKey)) throw new IdentityCertificateError('CERTIFICATE_KEY_MISMATCH');
  const { held, maximumAgeSeconds } = status;
  const standing = certificateStatus(certificate, held, { at, maximumAgeSeconds });
  if (standing === 'revoked') throw new IdentityCertificateError('CERTIFICATE_REVOKED');
  if (standing === 'stale') throw new IdentityCertificateError('CERTIFICATE_STATUS_STALE');
  return identity;
}

/**
 * The authorities from a certificate's issuer up to the root, each signed by the next.
 *
 * @throws CertificateError
 */
export function checkChain(
  certificate: Certificate,
  intermediates: readonly Certificate[],
  root: Certificate,
): readonly Certificate[] {
  const authorities: Certificate[] = [];
  let subject = certificate;
  // Also ends for certificates that issue each other.
  while (authorities.length <= MAXIMUM_INTERMEDIATES) {
    const issuer = findIssuer(subject, [root, ...intermediates]);
    checkIssuedBy(subject, issuer);
    checkAuthority(issuer, authorities.length);
    checkCriticalExtensions(issuer);
    authorities.push(issuer);
    if (issuer === root) return authorities;
    subject = issuer;
  }
  throw new CertificateError('PATH_LENGTH', 'chain is too long');
}

function translating<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof CertificateError)) throw cause;
    const { code } = cause;
    if (code === 'EXPIRED') throw new IdentityCertificateError('CERTIFICATE_EXPIRED', { cause });
    if (code === 'NOT_YET_VALID') throw new IdentityCertificateError('CERTIFICATE_NOT_YET_VALID', { cause });
    if (code === 'MALFORMED') throw new IdentityCertificateError('CERTIFICATE_MALFORMED', { cause });
    throw new IdentityCertificateError('CERTIFICATE_FORGED', { cause });
  }
}
