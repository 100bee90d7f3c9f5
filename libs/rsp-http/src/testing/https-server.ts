import { createPrivateKey } from 'node:crypto';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket, TlsOptions } from 'node:tls';
import type { TlsIdentity } from '@tegata/service-kit';

/** A request as a server of a test sees it. */
export interface SeenRequest {
  readonly url: string;
  readonly httpVersion: string;
  readonly headers: Http2ServerRequest['headers'];
  readonly body: string;
  readonly tlsProtocol: string | null;
  /** CN of the client's certificate, where one was asked for. */
  readonly client?: string | undefined;
}

/** What a server of a test answers with. */
export interface GivenAnswer {
  readonly status: number;
  readonly body?: unknown;
  /** `application/json` unless said otherwise */
  readonly contentType?: string;
  readonly retryAfter?: string;
  /** closes the connection instead of answering */
  readonly destroy?: boolean;
}

/** Name in the certificates of the servers of tests. */
export const testServerName = 'smdp.example.com';

/**
 * An HTTPS server on loopback that answers as a test says, over HTTP/1.1 and HTTP/2.
 * @param clientRoots PEM of the roots of clients' certificates; absent: none is asked for
 */
export async function startHttpsServer(
  identity: TlsIdentity,
  answer: (request: SeenRequest) => GivenAnswer,
  clientRoots?: string,
) {
  const seen: SeenRequest[] = [];
  let connections = 0;
  const server = createSecureServer({
    allowHTTP1: true,
    cert: String(identity.certificateChain),
    key: String(identity.privateKey),
    ...versionFor(identity),
    ...(clientRoots !== undefined && { ca: clientRoots, requestCert: true, rejectUnauthorized: true }),
  });
  const sockets = new Set<TLSSocket>();
  server.on('secureConnection', (socket) => {
    connections++;
    sockets.add(socket);
  });
  server.on('request', async (request: Http2ServerRequest, response: Http2ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { url, httpVersion, headers } = request;
    const socket = request.socket as TLSSocket;
    const client = clientRoots === undefined ? undefined : socket.getPeerCertificate().subject.CN;
    const body = Buffer.concat(parts).toString();
    const one = { url, httpVersion, headers, body, tlsProtocol: socket.getProtocol(), client };
    seen.push(one);
    const given = answer(one);
    if (given.destroy) {
      for (const each of sockets) each.destroy();
      return;
    }
    const waiting = given.retryAfter === undefined ? {} : { 'retry-after': given.retryAfter };
    response.writeHead(given.status, { 'content-type': given.contentType ?? 'application/json', ...waiting });
    response.end(
      given.body === undefined ? '' : typeof given.body === 'string' ? given.body : JSON.stringify(given.body),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    seen: seen as readonly SeenRequest[],
    connections: () => connections,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Certificates on brainpoolP256r1 are shown in TLS 1.2 alone: 1.3 has no signature with them. */
export function versionFor({ privateKey }: TlsIdentity): TlsOptions {
  const { asymmetricKeyDetails } = createPrivateKey(String(privateKey));
  if (asymmetricKeyDetails?.namedCurve !== 'brainpoolP256r1') return {};
  return { maxVersion: 'TLSv1.2', ecdhCurve: 'P-256:brainpoolP256r1' };
}
