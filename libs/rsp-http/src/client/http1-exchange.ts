import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import { type HttpAnswer, type HttpExchange, type HttpPost, readBody } from './http-exchange.ts';
import type { ServerLocation } from './server-location.ts';

/** Connections to one server at a time; more requests wait. */
const maxSockets = 8;
/** An idle connection is closed after this, in milliseconds: sooner than servers do, so that no call meets a closing one. */
const idleMs = 4_000;

/** HTTP/1.1 with connections that are kept alive. */
export function http1Exchange(
  { host, port, authority }: ServerLocation,
  tls: ConnectionOptions,
  maxAnswerOctets: number,
): HttpExchange {
  const agent = new Agent({ ...tls, keepAlive: true, maxSockets, timeout: idleMs, ALPNProtocols: ['http/1.1'] });

  async function post({ path, headers: sent, body, signal }: HttpPost): Promise<HttpAnswer> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpsRequest({
        agent,
        host,
        port,
        servername: tls.servername,
        method: 'POST',
        path,
        headers: { ...sent, host: authority, 'content-length': body.length },
        signal,
      });
      request.once('response', resolve);
      request.on('error', reject);
      request.end(body);
    });
    try {
      const { statusCode: status = 0, headers } = response;
      const { 'content-type': contentType, 'retry-after': retryAfter } = headers;
      return { status, contentType, retryAfter, body: await readBody(response, maxAnswerOctets) };
    } catch (error) {
      response.destroy();
      throw error;
    }
  }

  return { post, close: () => agent.destroy() };
}
