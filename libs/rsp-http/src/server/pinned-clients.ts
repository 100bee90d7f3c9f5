import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Caller, Pem } from '@tegata/service-kit';

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
}

/** The pin of a certificate, as PEM or DER. @throws Error for something that is no certificate */
export function fingerprintOf(certificate: Pem): string {
  return normalised(new X509Certificate(certificate).fingerprint256);
}

/** Tells who a client is by the certificate it proved to have in the handshake; undefined for one that is not pinned. */
export function callerOfPinned(pinned: readonly PinnedClient[]): (socket: TLSSocket) => Caller | undefined {
  const callers = new Map(pinned.map(({ sha256, caller }) => [normalised(sha256), caller]));
  return (socket) => {
    const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
    return certificate && callers.get(normalised(certificate.fingerprint256));
  };
}

const normalised = (fingerprint: string) => fingerprint.replaceAll(':', '').toUpperCase();
