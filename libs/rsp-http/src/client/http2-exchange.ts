import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2, constants } from 'node:http2';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { type HttpAnswer, type HttpExchange, type HttpPost, readBody } from './http-exchange.ts';
import type { ServerLocation } from './server-location.ts';

/** An idle connection is closed after this, in milliseconds. */
const idleMs = 30_000;

/** A connection from the moment it is asked for. */
interface Connection {
  readonly session: Promise<ClientHttp2Session>;
}

/** HTTP/2: one connection, requests side by side. */
export function http2Exchange(
  { host, port, authority }: ServerLocation,
  tls: ConnectionOptions,
  maxAnswerOctets: number,
): HttpExchange {
  let current: Connection | undefined;

  function connection(): Connection {
    if (current) return current;
    const opened: Connection = {
      session: open(() => {
        if (current === opened) current = undefined;
      }),
    };
    current = opened;
    return opened;
  }

  async function open(forget: () => void): Promise<ClientHttp2Session> {
    const socket = connectTls({ ...tls, host, port, ALPNProtocols: ['h2'] });
    try {
      await once(socket, 'secureConnect');
      if (socket.alpnProtocol !== 'h2') throw new Error('the server does not speak HTTP/2');
    } catch (error) {
      forget();
      socket.destroy();
      throw error;
    }
    const session = connectHttp2(`https://${authority}`, { createConnection: () => socket });
    for (const event of ['error', 'close', 'goaway'] as const) session.on(event, forget);
    session.setTimeout(idleMs, () => {
      forget();
      session.close();
    });
    return session;
  }

  async function post({ path, headers, body, signal }: HttpPost): Promise<HttpAnswer> {
    const session = await abortable(connection().session, signal);
    const stream = session.request(
      { ...headers, ':method': 'POST', ':authority': authority, ':path': path, 'content-length': body.length },
      { signal },
    );
    stream.end(body);
    try {
      return { ...(await headOf(stream)), body: await readBody(stream, maxAnswerOctets) };
    } finally {
      if (!stream.closed) stream.close(constants.NGHTTP2_CANCEL);
    }
  }

  return {
    post,
    close() {
      current?.session.then(
        (session) => session.destroy(),
        () => {},
      );
      current = undefined;
    },
  };
}

/** The head of the answer; an error when the stream ends without one, which not every end of a connection says by an error. */
function headOf(stream: ClientHttp2Stream): Promise<Omit<HttpAnswer, 'body'>> {
  return new Promise((resolve, reject) => {
    stream.on('error', reject);
    stream.once('close', () => reject(new Error('closed without an answer')));
    stream.once('response', (headers) =>
      resolve({
        status: Number(headers[':status']),
        contentType: headers['content-type'],
        retryAfter: headers['retry-after'],
      }),
    );
  });
}

/** The same outcome, or the signal's reason when that comes first. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason);
    if (signal.aborted) aborted();
    signal.addEventListener('abort', aborted, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
  });
}
