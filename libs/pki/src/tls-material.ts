import { type Certificate, certificatePem } from '@tegata/x509';
import { privateKeyPem } from './key-file.ts';
import type { CertifiedKey } from './key-store.ts';

/** What a TLS end shows of itself, as gRPC and node:tls take it: PEM, the key in clear. */
export interface TlsIdentity {
  readonly certificateChain: Buffer;
  readonly privateKey: Buffer;
}

/** What a TLS end shows, and whom it believes. */
export interface MutualTls extends TlsIdentity {
  /** PEM of the roots */
  readonly roots: Buffer;
}

/** @param issuers intermediate CA certificates, the nearest first; the root is left out */
export function tlsIdentity({ certificate, key }: CertifiedKey, issuers: readonly Certificate[] = []): TlsIdentity {
  return {
    certificateChain: rootsPem([certificate, ...issuers]),
    privateKey: Buffer.from(privateKeyPem(key.privateKey)),
  };
}

/** PEM of several certificates, one after the other. */
export function rootsPem(certificates: readonly Certificate[]): Buffer {
  return Buffer.from(certificates.map(certificatePem).join(''));
}
