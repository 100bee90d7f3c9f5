import { type ConnectionOptions, checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { Pem, TlsIdentity } from '@tegata/service-kit';
import { CertificateError, checkRole, parseCertificate } from '@tegata/x509';
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
   * LPA has to check; any when absent.
   */
  readonly role?: TlsRole | undefined;
  /** Our certificate, for mutual TLS. */
  readonly identity?: TlsIdentity | undefined;
}

/** The certificate of a server has not the role that it must have. */
export class ServerRoleError extends Error {
  override readonly name = 'ServerRoleError';
  readonly code = 'SERVER_ROLE_WRONG';
}

/** Settings of every TLS connection: version 1.2 or later, the server verified by chain and name. There is no way around that. */
export function tlsSettings({ serverName }: ServerLocation, { roots, role, identity }: TlsTrust): ConnectionOptions {
  return {
    servername: serverName,
    ca: asText(roots),
    minVersion: 'TLSv1.2',
    ecdhCurve: tlsCurves,
    // Said, because an environment variable would else decide.
    rejectUnauthorized: true,
    ...(role && { checkServerIdentity: (name, certificate) => identityFault(name, certificate, role) }),
    ...(identity && { cert: asText(identity.certificateChain), key: asText(identity.privateKey) }),
  };
}

function identityFault(name: string, certificate: PeerCertificate, role: TlsRole): Error | undefined {
  return checkServerIdentity(name, certificate) ?? roleFault(certificate, role);
}

function roleFault({ raw }: PeerCertificate, role: TlsRole): Error | undefined {
  try {
    checkRole(parseCertificate(raw), role);
    return undefined;
  } catch (cause) {
    if (cause instanceof CertificateError) return new ServerRoleError(cause.message, { cause });
    throw cause;
  }
}

const asText = (pem: Pem): string => (typeof pem === 'string' ? pem : Buffer.from(pem).toString('latin1'));
