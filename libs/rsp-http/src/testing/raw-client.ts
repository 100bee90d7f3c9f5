import { connect as connectHttp2 } from 'node:http2';
import { Agent, request as httpsRequest } from 'node:https';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A request that a test makes by hand. */
export interface RawRequest {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export type RawProtocol = 'http/1.1' | 'h2';

/** Makes requests without the client half of this library; connections are kept between them. */
export function rawClient(address: string, protocol: RawProtocol, tls: ConnectionOptions) {
  const [host = '', port = ''] = address.split(':');
  const json = { 'content-type': 'application/json', 'x-admin-protocol': 'gsma/rsp/v2.2.0' };
  if (protocol === 'h2') {
    const session = connectHttp2(`https://${tls.servername}`, {
      createConnection: () => connectTls({ ...tls, host, port: Number(port), ALPNProtocols: ['h2'] }),
    });
    session.on('error', () => {});
    return {
      send: ({ path, method = 'POST', headers = json, body }: RawRequest): Promise<RawAnswer> =>
        new Promise((resolve, reject) => {
          const stream = session.request({ ':path': path, ':method': method, ...headers }, { endStream: !body });
          let [status, answered, text] = [0, {}, ''];
          stream.on('error', reject);
          stream.on('response', ({ ':status': code, ...more }) => {
            [status, answered] = [Number(code), more];
          });
          stream.on('data', (part: Buffer) => {
            text += part;
          });
          stream.on('close', () => {
            if (status === 0) reject(Object.assign(new Error('closed without an answer'), { code: 'ECONNRESET' }));
            else resolve({ status, headers: answered, body: text });
          });
          if (body) stream.end(body);
        }),
      close: () => session.destroy(),
    };
  }
  const agent = new Agent({ ...tls, keepAlive: true, maxSockets: 1 });
  return {
    send: ({ path, method = 'POST', headers = json, body = '' }: RawRequest): Promise<RawAnswer> =>
      new Promise((resolve, reject) => {
        const request = httpsRequest(
          {
            agent,
            host,
            port: Number(port),
            path,
            method,
            headers: { 'content-length': Buffer.byteLength(body), ...headers },
          },
          async (response) => {
            let text = '';
            try {
              for await (const part of response) text += part;
              resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
            } catch (error) {
              reject(error);
            }
          },
        );
        request.on('error', reject);
        request.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** A TLS connection with what came over it until it was closed. */
export function rawSocket(address: string, tls: ConnectionOptions): { socket: TLSSocket; received: Promise<string> } {
  const [host = '', port = ''] = address.split(':');
  const socket = connectTls({ ...tls, host, port: Number(port) });
  let text = '';
  socket.on('data', (part: Buffer) => {
    text += part.toString('latin1');
  });
  const received = new Promise<string>((resolve) => {
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
  return { socket, received };
}
