import type { ConnectionOptions } from 'node:tls';
import type { Pem, TlsIdentity } from '@tegata/service-kit';
import { tlsCurves } from '../tls-curves.ts';
import type { ServerLocation } from './server-location.ts';

/** What a server is known by, and what we are known to it by. */
export interface TlsTrust {
  /** PEM of the roots that the server's certificate chains to. */
  readonly roots: Pem;
  /** Our certificate, for mutual TLS. */
  readonly identity?: TlsIdentity | undefined;
}

/** Settings of every TLS connection: version 1.2 or later, the server verified by chain and name. There is no way around that. */
export function tlsSettings({ serverName }: ServerLocation, { roots, identity }: TlsTrust): ConnectionOptions {
  return {
    servername: serverName,
    ca: asText(roots),
    minVersion: 'TLSv1.2',
    ecdhCurve: tlsCurves,
    // Said, because an environment variable would else decide.
    rejectUnauthorized: true,
    ...(identity && { cert: asText(identity.certificateChain), key: asText(identity.privateKey) }),
  };
}

const asText = (pem: Pem): string => (typeof pem === 'string' ? pem : Buffer.from(pem).toString('latin1'));
