import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Caller, Pem } from '@tegata/service-kit';
import { CertificateError, type CertificateRole, parseCertificate, roleOids } from '@tegata/x509';

/** A client that a listener with mutual TLS knows, and whom its certificate stands for. */
export interface PinnedClient {
  readonly caller: Caller;
  /** SHA-256 of the certificate's DER, 64 hexadecimal digits; colons are for the reader. */
  readonly sha256: string;
}

/** How the clients of a listener are known: certificates under `roots` that are pinned as well. */
export interface ClientAuthentication {
  /** PEM of roots, or of pinned certificates themselves. */
  readonly roots: Pem;
  readonly pinned: readonly PinnedClient[];
  /** Roles of remote SIM provisioning that a client's certificate has to have one of; absent: any certificate will do. */
  readonly roles?: readonly CertificateRole[] | undefined;
}

/** The pin of a certificate, as PEM or DER. @throws Error for something that is no certificate */
export function fingerprintOf(certificate: Pem): string {
  return normalised(new X509Certificate(certificate).fingerprint256);
}

/**
 * Tells who a client is by the certificate it proved to have in the handshake; undefined for one that is not pinned, or is not
 * of a role that is wanted.
 */
export function callerOfPinned({ pinned, roles }: ClientAuthentication): (socket: TLSSocket) => Caller | undefined {
  const callers = new Map(pinned.map(({ sha256, caller }) => [normalised(sha256), caller]));
  const ofRole = new Map<string, boolean>();
  return (socket) => {
    const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
    if (certificate === undefined) return undefined;
    const fingerprint = normalised(certificate.fingerprint256);
    const caller = callers.get(fingerprint);
    if (caller === undefined || roles === undefined) return caller;
    const suits = ofRole.get(fingerprint) ?? hasRole(certificate.raw, roles);
    ofRole.set(fingerprint, suits);
    return suits ? caller : undefined;
  };
}

function hasRole(certificate: Uint8Array, roles: readonly CertificateRole[]): boolean {
  try {
    const { policies } = parseCertificate(certificate);
    return roles.some((role) => policies.includes(roleOids[role]));
  } catch (error) {
    if (error instanceof CertificateError) return false;
    throw error;
  }
}

const normalised = (fingerprint: string) => fingerprint.replaceAll(':', '').toUpperCase();
