import {
  type Certificate,
  CertificateError,
  type CertificateRevocationList,
  parseRevocationList,
  verifyRevocationList,
} from '@tegata/x509';

/** Why a status list is not taken. Stable. */
export type StatusListErrorCode =
  | 'STATUS_LIST_MALFORMED'
  /** not signed by the issuing CA */
  | 'STATUS_LIST_FORGED'
  /** its nextUpdate is past, or its thisUpdate is to come */
  | 'STATUS_LIST_NOT_CURRENT'
  /** its number is lower than that of the list held already: somebody plays an old one */
  | 'STATUS_LIST_ROLLED_BACK';

/** A status list that is not taken. */
export class StatusListError extends Error {
  readonly code: StatusListErrorCode;

  constructor(code: StatusListErrorCode, reason: string, options?: { cause?: unknown }) {
    super(reason, options);
    this.name = 'StatusListError';
    this.code = code;
  }
}

/** A status list whose signature holds under the issuing CA; made by `acceptStatusList` alone. */
export interface StatusList {
  readonly list: CertificateRevocationList;
  readonly issuer: Certificate;
}

/**
 * Takes in a status list (RFC 5280 CRL of the issuing CA): signature, dates, and a number not below that of the list held.
 *
 * @param received DER
 * @param options.held the list held until now
 * @throws StatusListError
 */
export function acceptStatusList(
  received: Uint8Array,
  { issuer, at, held }: { readonly issuer: Certificate; readonly at: Date; readonly held?: StatusList },
): StatusList {
  let list: CertificateRevocationList;
  try {
    list = parseRevocationList(received);
    verifyRevocationList(list, issuer, at);
  } catch (cause) {
    if (!(cause instanceof CertificateError)) throw cause;
    throw new StatusListError(codeOf(cause), cause.message, { cause });
  }
  if (held !== undefined && list.number < held.list.number)
    throw new StatusListError('STATUS_LIST_ROLLED_BACK', 'an older list than the one held');
  return Object.freeze({ list, issuer });
}

function codeOf({ code }: CertificateError): StatusListErrorCode {
  if (code === 'EXPIRED' || code === 'NOT_YET_VALID') return 'STATUS_LIST_NOT_CURRENT';
  const unreadable = ['MALFORMED', 'UNSUPPORTED_ALGORITHM', 'UNKNOWN_CRITICAL_EXTENSION'].includes(code);
  return unreadable ? 'STATUS_LIST_MALFORMED' : 'STATUS_LIST_FORGED';
}

/** How a certificate stands: `stale` when no list is held that is young enough to tell, which counts as no. */
export type CertificateStatus = 'good' | 'revoked' | 'stale';

/**
 * How a certificate stands by the list held. A revocation is believed whatever the age of the list; that there is none, only
 * up to nextUpdate and up to `maximumAgeSeconds` after thisUpdate.
 */
export function certificateStatus(
  certificate: Certificate,
  held: StatusList | undefined,
  { at, maximumAgeSeconds }: { readonly at: Date; readonly maximumAgeSeconds: number },
): CertificateStatus {
  if (held === undefined) return 'stale';
  const { list, issuer } = held;
  const { authorityKeyIdentifier: authority } = certificate;
  const { subjectKeyIdentifier: key } = issuer;
  const sameIssuer =
    Buffer.compare(certificate.issuer.raw, issuer.subject.raw) === 0 &&
    authority !== undefined &&
    key !== undefined &&
    Buffer.compare(authority, key) === 0;
  if (!sameIssuer) return 'stale';
  if (list.revoked.has(certificate.serialNumber)) return 'revoked';
  const age = (at.getTime() - list.thisUpdate.getTime()) / 1000;
  return age > maximumAgeSeconds || at > list.nextUpdate ? 'stale' : 'good';
}
