import { chmod, lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { ServerCredentials } from '@grpc/grpc-js';
import type { CallerSource } from './call-chain.ts';

/** PEM text or octets. */
export type Pem = string | Uint8Array;

/** Certificate chain, leaf first, and its private key. */
export interface TlsIdentity {
  readonly certificateChain: Pem;
  readonly privateKey: Pem;
}

/** How callers of a listener are known. There is no way to listen without TLS on a network. */
export type ListenerSecurity =
  /** TLS, no client certificate: every caller is a `terminal`. */
  | ({ readonly kind: 'tls' } & TlsIdentity)
  /** Mutual TLS: the caller is whom its certificate, issued under `clientRoots`, names. */
  | ({ readonly kind: 'mutual-tls'; readonly clientRoots: Pem } & TlsIdentity)
  /** A socket file that only this user can open: every caller is `local`. */
  | { readonly kind: 'local' };

/** Where a server listens. */
export interface Listener {
  /** What handlers know it by, where one server has several of a kind. */
  readonly name?: string;
  /** `host:port`, port 0 for any free one; `unix:/absolute/path` for a local listener. */
  readonly address: string;
  readonly security: ListenerSecurity;
}

/** How the chain tells callers of this listener apart. */
export function callerSource({ security }: Listener): CallerSource {
  const sources = { tls: 'anonymous', 'mutual-tls': 'certificate', local: 'local' } as const;
  return sources[security.kind];
}

/** Credentials for grpc-js. Throws when address and security don't fit: a local listener is a socket file, no other is. */
export function serverCredentials({ address, security }: Listener): ServerCredentials {
  const socketFile = socketPath(address) !== undefined;
  if (socketFile !== (security.kind === 'local')) {
    throw new TypeError(`${address}: a local listener is a socket file, and a socket file is local`);
  }
  if (security.kind === 'local') return ServerCredentials.createInsecure();
  const pair = { cert_chain: octets(security.certificateChain), private_key: octets(security.privateKey) };
  const mutual = security.kind === 'mutual-tls';
  return ServerCredentials.createSsl(mutual ? octets(security.clientRoots) : null, [pair], mutual);
}

/** Makes way for a socket file: removes one that nobody listens on any more. Throws when somebody does. */
export async function clearSocket(address: string): Promise<void> {
  const path = socketPath(address);
  if (path === undefined) return;
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) return;
  if (!stats.isSocket()) throw new Error(`${path} exists and is no socket`);
  if (await answers(path)) throw new Error(`${path} is in use by another process`);
  await unlink(path);
}

/** Leaves a socket file to its owner. */
export async function protectSocket(address: string): Promise<void> {
  const path = socketPath(address);
  if (path !== undefined) await chmod(path, 0o600);
}

function socketPath(address: string): string | undefined {
  return address.startsWith('unix:') ? address.slice('unix:'.length) : undefined;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** grpc-js takes Buffers only. */
export function octets(pem: Pem): Buffer {
  return typeof pem === 'string' ? Buffer.from(pem) : Buffer.from(pem.buffer, pem.byteOffset, pem.byteLength);
}
