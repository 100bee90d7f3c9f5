import { type Certificate, parseCertificate } from './certificate.ts';
import {
  type ChainOptions,
  checkAuthority,
  checkCriticalExtensions,
  checkDates,
  checkEndEntity,
  checkIssuedBy,
  checkKeyPurpose,
  checkNotRevoked,
  checkRole,
  checkSameCurve,
} from './certificate-checks.ts';
import { CertificateError, naming } from './certificate-error.ts';
import { type CertificateRole, oids } from './object-identifiers.ts';

/** Roles of the certificates of an SM-DP+ or SM-DS. */
export type ServerRole = Extract<CertificateRole, 'DPtls' | 'DPauth' | 'DPpb' | 'DStls' | 'DSauth'>;

const tlsRoles: ReadonlySet<ServerRole> = new Set(['DPtls', 'DStls']);

/** A server certificate that was verified for a role. */
export interface VerifiedServerCertificate {
  readonly certificate: Certificate;
  readonly role: ServerRole;
  /** registeredID of the subjectAltName: the server's object identifier, dotted */
  readonly oid: string;
}

/**
 * Verifies the certificate of an SM-DP+ or SM-DS, issued by a CI (SGP.22 section 4.5.2.2). Order: the issuer's key, dates, role.
 *
 * @param certificate as received, or parsed
 * @param ci the trusted CI whose key identifier is the one agreed on
 * @throws CertificateError about the role, or about `CI` where that is out of date or may not issue
 */
export function verifyRspServerCertificate(
  certificate: Uint8Array | Certificate,
  role: ServerRole,
  ci: Certificate,
  at: Date,
  options: ChainOptions = {},
): VerifiedServerCertificate {
  return naming(role, () => {
    const parsed = certificate instanceof Uint8Array ? parse(certificate, options) : certificate;
    checkIssuedByCi(parsed, ci, at, 0, options);
    checkDates(parsed, at);
    checkNotRevoked(parsed, ci, options);
    checkRole(parsed, role);
    checkCriticalExtensions(parsed);
    checkEndEntity(parsed, 'digitalSignature');
    if (tlsRoles.has(role)) {
      checkKeyPurpose(parsed, oids.serverAuth);
      if ((parsed.subjectAltName?.dnsNames ?? []).length === 0)
        throw new CertificateError('MISSING_NAME', 'no dNSName in subjectAltName');
    }
    const [oid, ...others] = parsed.subjectAltName?.registeredIds ?? [];
    if (oid === undefined || others.length > 0)
      throw new CertificateError('MISSING_NAME', 'not exactly one registeredID in subjectAltName');
    return Object.freeze({ certificate: parsed, role, oid });
  });
}

function parse(octets: Uint8Array, { cache }: ChainOptions): Certificate {
  return cache?.parse(octets) ?? parseCertificate(octets);
}

/**
 * That a CI, itself in date, issued the certificate and may have `below` CA certificates under it.
 *
 * @throws CertificateError about the certificate or, already named, about `CI`
 */
export function checkIssuedByCi(
  certificate: Certificate,
  ci: Certificate,
  at: Date,
  below: number,
  options: ChainOptions,
): void {
  checkIssuedBy(certificate, ci, options);
  checkSameCurve(certificate, ci);
  naming('CI', () => {
    checkDates(ci, at);
    checkAuthority(ci, below);
  });
}

/**
 * That two certificates are one server's: DPauth and DPpb of a session must carry the same registeredID.
 *
 * @throws CertificateError `OID_MISMATCH` about the second one
 */
export function checkSameServer(first: VerifiedServerCertificate, second: VerifiedServerCertificate): void {
  if (first.oid !== second.oid)
    throw new CertificateError('OID_MISMATCH', `registeredID is not the one of ${first.role}`, second.role);
}
