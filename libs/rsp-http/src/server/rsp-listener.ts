import { X509Certificate } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions, type TLSSocket, type TlsOptions } from 'node:tls';
import type { Caller, Logger, Pem, TlsIdentity } from '@tegata/service-kit';
import { tlsCurves } from '../tls-curves.ts';
import type { RspHttpLimits } from './limits.ts';
import { type ClientAuthentication, callerOfPinned } from './pinned-clients.ts';

/** Where and for whom a listener listens. */
export interface ListenerSocket {
  /** `host:port`, port 0 for any free one. */
  readonly address: string;
  readonly identity: TlsIdentity;
  /** Mutual TLS; without it every caller is a terminal. */
  readonly clients?: ClientAuthentication | undefined;
}

/** A request of HTTP/1.1 or HTTP/2; the latter's has the interface of the former's. */
export type Handle = (request: IncomingMessage, response: ServerResponse, caller: Caller | undefined) => void;

/** One bound socket with its connections. */
export interface BoundListener {
  /** Where it listens, with the port that port 0 became. */
  readonly address: string;
  /** Takes no more connections, tells clients so, and resolves when the last is closed. */
  stop(): Promise<void>;
  /** Cuts off what is still open. */
  destroy(): void;
}

/**
 * What EC certificates are used with: TLS 1.3, and of TLS 1.2 only suites with forward secrecy, the one SGP.22 section
 * 2.6.6 wants first among them.
 */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA256',
].join(':');

/** Listens for HTTP/1.1 and HTTP/2 over TLS 1.2 and 1.3. Rejects when the address can't be bound. */
export async function listen(
  { address, identity, clients }: ListenerSocket,
  limits: RspHttpLimits,
  handle: Handle,
  logger: Logger,
): Promise<BoundListener> {
  const context: SecureContextOptions = {
    cert: asText(identity.certificateChain),
    key: asText(identity.privateKey),
    minVersion: 'TLSv1.2',
    ...(onBrainpool(identity) && { maxVersion: 'TLSv1.2' }),
    ciphers,
    ecdhCurve: tlsCurves,
  };
  const server = createSecureServer({
    allowHTTP1: true,
    ...context,
    handshakeTimeout: limits.handshakeMs,
    ...(clients && mutual(context, clients)),
    maxSessionMemory: 2,
    maxHeaderListPairs: 64,
    settings: { maxConcurrentStreams: limits.streams, maxHeaderListSize: limits.headerOctets, enablePush: false },
  });
  server.maxConnections = limits.connections;
  // Node reads the limits of HTTP/1.1 from the server alone, and declares them for servers without HTTP/2.
  Object.assign(server, http1Limits(limits));
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.setTimeout(limits.keepAliveMs, () => {
      session.close();
      // It closes with the last answer, which a client need not read.
      session.setTimeout(limits.answerMs, () => session.destroy());
    });
  });
  for (const event of ['sessionError', 'tlsClientError'] as const) {
    server.on(event, (error: Error) => logger.debug({ err: error, address }, 'connection refused'));
  }
  const callerOf = clients ? callerOfPinned(clients) : () => ({ role: 'terminal', name: undefined }) as const;
  if (clients) refuseUnpinned(server, callerOf, logger);
  server.on('request', (request, response) => {
    const socket = request.socket as TLSSocket;
    // Both versions of HTTP give the same methods; Node types them apart.
    handle(request as unknown as IncomingMessage, response as unknown as ServerResponse, callerOf(socket));
  });
  await bind(server, address);
  const { port } = server.address() as AddressInfo;
  return {
    address: address.replace(/:[0-9]+$/, `:${port}`),
    stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.close();
      return closed;
    },
    destroy() {
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/**
 * Whether the certificate is on brainpoolP256r1. OpenSSL signs with such a key in TLS 1.2 only, but agrees to TLS 1.3 with a client that
 * can do both, and then has nothing to sign with.
 */
function onBrainpool({ certificateChain }: TlsIdentity): boolean {
  return new X509Certificate(certificateChain).publicKey.asymmetricKeyDetails?.namedCurve === 'brainpoolP256r1';
}

/** Client certificates are wanted and verified. */
function mutual(context: SecureContextOptions, { roots }: ClientAuthentication): TlsOptions {
  const verifying = { ...context, ca: asText(roots) };
  // A pinned certificate may stand for itself, without the one that issued it. Servers of Node pass this on by name only.
  const partial = createSecureContext({ ...verifying, allowPartialTrustChain: true } as SecureContextOptions);
  return {
    ...verifying,
    requestCert: true,
    rejectUnauthorized: true,
    SNICallback: (_name, done) => done(null, partial),
  };
}

function http1Limits(limits: RspHttpLimits) {
  return {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.headersMs + limits.bodyMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
    maxHeaderSize: limits.headerOctets,
    requireHostHeader: true,
  };
}

/** A client with a good certificate that nobody pinned is cut off before it can say anything. */
function refuseUnpinned(
  server: Http2SecureServer,
  callerOf: (socket: TLSSocket) => Caller | undefined,
  logger: Logger,
): void {
  const accept = server.listeners('secureConnection');
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', (socket) => {
    if (callerOf(socket)) {
      for (const each of accept) each.call(server, socket);
      return;
    }
    logger.warn(
      { fingerprint: socket.getPeerX509Certificate()?.fingerprint256 },
      'client certificate is not pinned, or of another role',
    );
    socket.destroy();
  });
}

function bind(server: Http2SecureServer, address: string): Promise<void> {
  const [, host = '', port = ''] = /^\[?(.*?)\]?:([0-9]{1,5})$/.exec(address) ?? [];
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new Error(`can not listen on ${address}`, { cause })));
    server.listen(Number(port), host, resolve);
  });
}

const asText = (pem: Pem): string => (typeof pem === 'string' ? pem : Buffer.from(pem).toString('latin1'));
