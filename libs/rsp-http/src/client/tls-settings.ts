import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { Pem, TlsIdentity } from '@tegata/service-kit';
import {
  type Certificate,
  CertificateError,
  checkRole,
  findIssuer,
  parseCertificate,
  parseCertificatePem,
  verifyRspServerCertificate,
} from '@tegata/x509';
import { tlsCurves } from '../tls-curves.ts';
import type { ServerLocation } from './server-location.ts';

/** Roles that the TLS certificate of an RSP server may have to have: SM-DP+, SM-DS. */
export type TlsRole = 'DPtls' | 'DStls';

/** What a server is known by, and what we are known to it by. */
export interface TlsTrust {
  /** PEM of the roots that the server's certificate chains to. */
  readonly roots: Pem;
  /**
   * Role that the server's certificate must have (SGP.22 section 4.5.2.1: id-rspRole-dp-tls or id-rspRole-ds-tls in its policies), as an
   * LPA has to check; it must then be a certificate of that role in all else, too, and one of the roots must have issued it
   * itself. When absent, any certificate that chains to the roots.
   */
  readonly role?: TlsRole | undefined;
  /** Our certificate, for mutual TLS. */
  readonly identity?: TlsIdentity | undefined;
}

/** What TLS would take of a server, and SGP.22 does not. */
export class ServerCertificateError extends Error {
  override readonly name = 'ServerCertificateError';
  readonly code: 'SERVER_ROLE_WRONG' | 'SERVER_NOT_TRUSTED';

  constructor(cause: CertificateError) {
    super(cause.message, { cause });
    this.code = cause.code === 'WRONG_ROLE' ? 'SERVER_ROLE_WRONG' : 'SERVER_NOT_TRUSTED';
  }
}

/** Settings of every TLS connection: version 1.2 or later, the server verified by chain and name. There is no way around that. */
export function tlsSettings({ serverName }: ServerLocation, { roots, role, identity }: TlsTrust): ConnectionOptions {
  const ca = asText(roots);
  const cis = possibleCis(role === undefined ? '' : ca);
  return {
    // An IP address is no name to ask for (RFC 6066 section 3), and is verified all the same.
    servername: isIP(serverName) === 0 ? serverName : '',
    checkServerIdentity: (_name, shown) =>
      checkServerIdentity(serverName, shown) ?? (role === undefined ? undefined : faultOf(shown, role, cis)),
    ca,
    minVersion: 'TLSv1.2',
    ecdhCurve: tlsCurves,
    // Said, because an environment variable would else decide.
    rejectUnauthorized: true,
    ...(identity && { cert: asText(identity.certificateChain), key: asText(identity.privateKey) }),
  };
}

/** What OpenSSL has found to chain to the roots and be for the name: whether it has the role, and a CI has issued it and no EUM below one. */
function faultOf({ raw }: PeerCertificate, role: TlsRole, cis: readonly Certificate[]): Error | undefined {
  try {
    const certificate = parseCertificate(raw);
    // First: most servers that are none of SGP.22 have certificates in which much else is not as it should be.
    checkRole(certificate, role);
    verifyRspServerCertificate(certificate, role, findIssuer(certificate, cis), new Date());
    return undefined;
  } catch (cause) {
    if (cause instanceof CertificateError) return new ServerCertificateError(cause);
    throw cause;
  }
}

/** The roots that can be a CI; others, such as RSA roots of a bundle, can't have issued what is looked for. */
function possibleCis(roots: string): readonly Certificate[] {
  const blocks = roots.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return parseCertificatePem(block);
    } catch (error) {
      if (error instanceof CertificateError) return [];
      throw error;
    }
  });
}

const asText = (pem: Pem): string => (typeof pem === 'string' ? pem : Buffer.from(pem).toString('latin1'));
