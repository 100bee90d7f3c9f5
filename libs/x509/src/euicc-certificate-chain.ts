import { type Certificate, parseCertificate } from './certificate.ts';
import {
  type ChainOptions,
  checkAuthority,
  checkCriticalExtensions,
  checkDates,
  checkEndEntity,
  checkIssuedBy,
  checkNotRevoked,
  checkRole,
  checkSameCurve,
  findIssuer,
} from './certificate-checks.ts';
import { CertificateError, naming } from './certificate-error.ts';
import { attributeValues } from './distinguished-name.ts';
import { isEid } from './eid.ts';
import { checkIssuedByCi } from './rsp-server-certificate.ts';

/** What comes with everything an eUICC signs, and whom it must lead to. */
export interface EuiccChain {
  /** CERT.EUICC as received */
  readonly euicc: Uint8Array;
  /** CERT.EUM as received */
  readonly eum: Uint8Array;
  /** trusted CIs; where one was agreed on, that one alone */
  readonly cis: readonly Certificate[];
  readonly at: Date;
}

/** An eUICC whose certificates were verified. */
export interface VerifiedEuicc {
  /** 32 digits, from the eUICC's certificate */
  readonly eid: string;
  readonly euicc: Certificate;
  readonly eum: Certificate;
  readonly ci: Certificate;
}

/**
 * Verifies CERT.EUICC under CERT.EUM under one of the CIs (SGP.22 sections 4.5.2.1 and 4.5.2.2). Of each certificate, the
 * EUM's first: the issuer's key, dates, role; then whether the EID is one the EUM may issue for.
 *
 * The name constraints of an EUM mean "organisation equals, EID begins with" and not what RFC 5280 makes of them, so ordinary
 * validators refuse good chains.
 *
 * @throws CertificateError about `EUM`, `eUICC`, or `CI`; `sgp22StatusCode` tells what SGP.22 answers to each
 */
export function verifyEuiccChain(chain: EuiccChain, options: ChainOptions = {}): VerifiedEuicc {
  const { at } = chain;
  const { eum, ci } = naming('EUM', () => {
    const parsed = options.cache?.parse(chain.eum) ?? parseCertificate(chain.eum);
    return { eum: parsed, ci: verifyEum(parsed, chain.cis, at, options) };
  });
  return naming('eUICC', () => {
    const euicc = parseCertificate(chain.euicc);
    // An eUICC's certificate is seen once; keeping it would only push the EUMs' out of the cache.
    checkIssuedBy(euicc, eum);
    checkSameCurve(euicc, eum);
    checkDates(euicc, at);
    checkNotRevoked(euicc, eum, options);
    checkRole(euicc, 'eUICC');
    checkCriticalExtensions(euicc);
    checkEndEntity(euicc, 'digitalSignature');
    return Object.freeze({ eid: eidWithin(euicc, eum), euicc, eum, ci });
  });
}

/**
 * Verifies CERT.EUM under one of the CIs: the issuer's key, dates, role, and that it may issue for eUICCs and no CAs.
 *
 * @returns the CI
 * @throws CertificateError about `EUM` or `CI`
 */
export function verifyEumCertificate(
  eum: Certificate,
  cis: readonly Certificate[],
  at: Date,
  options: ChainOptions = {},
): Certificate {
  return naming('EUM', () => verifyEum(eum, cis, at, options));
}

function verifyEum(eum: Certificate, cis: readonly Certificate[], at: Date, options: ChainOptions): Certificate {
  const ci = findIssuer(eum, cis);
  checkIssuedByCi(eum, ci, at, 1, options);
  checkDates(eum, at);
  checkNotRevoked(eum, ci, options);
  checkRole(eum, 'EUM');
  checkCriticalExtensions(eum);
  checkAuthority(eum, 0);
  if (eum.basicConstraints?.pathLength !== 0) throw new CertificateError('PATH_LENGTH', 'path length is not 0');
  return ci;
}

/** The EID of an eUICC's certificate, checked against what its EUM is limited to. */
function eidWithin(euicc: Certificate, eum: Certificate): string {
  const [eid, ...others] = attributeValues(euicc.subject, 'serialNumber');
  if (eid === undefined || others.length > 0 || !isEid(eid))
    throw new CertificateError('EID_MALFORMED', 'serialNumber of the subject is no EID');
  const limits = permittedBy(eum);
  const [organisation, ...more] = attributeValues(euicc.subject, 'O');
  const own = limits.filter((limit) => more.length === 0 && limit.organisation === organisation);
  if (own.length === 0) throw new CertificateError('ORGANISATION_MISMATCH', 'organisation is not the one of its EUM');
  if (!own.some(({ prefix }) => eid.startsWith(prefix)))
    throw new CertificateError('EID_OUT_OF_RANGE', 'EID is not one its EUM may issue for');
  return eid;
}

/** What EIDs an EUM may issue for: by name constraints, or by the extension SGP.22 v3 has in their place. */
function permittedBy(eum: Certificate): { readonly organisation: string | undefined; readonly prefix: string }[] {
  const byName = (eum.permittedDirectoryNames ?? []).flatMap((name) => {
    const [organisation] = attributeValues(name, 'O');
    return attributeValues(name, 'serialNumber').map((prefix) => ({ organisation, prefix }));
  });
  const [organisation] = attributeValues(eum.subject, 'O');
  const byNumber = (eum.permittedEins ?? []).map((prefix) => ({ organisation, prefix }));
  return [...byName, ...byNumber].filter((limit) => limit.organisation !== undefined);
}

/** Subject and reason code of SGP.22 section 5.2.6, as in `8.1.2` and `6.1`. */
export interface StatusCode {
  readonly subjectCode: string;
  readonly reasonCode: string;
}

/**
 * What an SM-DP+ or SM-DS answers when `verifyEuiccChain` refused (SGP.22 section 5.6.3): 8.11.1/3.9 unknown CI, 8.1.2 or 8.1.3 for the
 * EUM's or the eUICC's certificate with 6.3 when expired and 6.1 for everything else.
 */
export function sgp22StatusCode({ certificate, code }: CertificateError): StatusCode {
  const unknownCi = certificate === 'CI' || (certificate === 'EUM' && code === 'UNKNOWN_ISSUER');
  if (unknownCi) return { subjectCode: '8.11.1', reasonCode: '3.9' };
  return { subjectCode: certificate === 'EUM' ? '8.1.2' : '8.1.3', reasonCode: code === 'EXPIRED' ? '6.3' : '6.1' };
}
