import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest } from 'node:http2';
import type { Caller, Dispatcher, Logger, RateLimiter } from '@tegata/service-kit';
import { adminProtocol, adminProtocolHeader, jsonContentType } from '../binding/admin-protocol.ts';
import { checkContent, checkHeaderList, checkSingletons, discard, parseObject, readOctets } from './content.ts';
import { callFunction } from './function-call.ts';
import type { RspHttpLimits } from './limits.ts';
import type { ServedFunction } from './served-functions.ts';
import { TransportFault } from './transport-fault.ts';

/** What is read of a refused request so that its sender sees the answer, in octets. */
const discardedOctets = 4 * 1024 * 1024;

/** Answers the requests of one listener. */
export interface RequestHandler {
  readonly handle: (request: IncomingMessage, response: ServerResponse, caller: Caller | undefined) => void;
  /** From now on connections of HTTP/1.1 end with their next answer. */
  stopping(): void;
}

/** Makes the handler of a listener that serves these functions. */
export function requestHandler(
  functions: ReadonlyMap<string, readonly ServedFunction[]>,
  dispatcher: Dispatcher,
  limits: RspHttpLimits,
  logger: Logger,
  rateLimiter?: RateLimiter,
): RequestHandler {
  let stopping = false;

  async function answer(request: IncomingMessage, response: ServerResponse, caller: Caller | undefined): Promise<void> {
    const waitMs = rateLimiter?.take(request.socket.remoteAddress ?? '');
    if (waitMs !== undefined) {
      const seconds = Math.ceil(waitMs / 1000);
      throw new TransportFault(429, 'Too many calls from this address.', { 'retry-after': `${seconds}` });
    }
    checkSingletons(request.rawHeaders);
    if (request.httpVersionMajor > 1) checkHeaderList(request.rawHeaders, limits.headerOctets);
    const found = functions.get(pathOf(request.url));
    if (found === undefined) throw new TransportFault(404, 'There is no such function here.');
    if (request.method !== 'POST') {
      throw new TransportFault(405, 'Functions are called with POST.', { allow: 'POST' });
    }
    checkContent(request.headers, limits.bodyOctets);
    const body = await readOctets(request, { maxOctets: limits.bodyOctets, withinMs: limits.bodyMs });
    const result = await callFunction(dispatcher, {
      functions: found,
      adminProtocol: first(request.headers[adminProtocolHeader]),
      parse: () => parseObject(body),
      caller,
      requestId: request.headers['x-request-id'],
      whenGone(listener) {
        const closed = () => {
          if (!response.writableFinished) listener();
        };
        if (response.destroyed) closed();
        else response.once('close', closed);
      },
    });
    if (result === undefined) send(request, response, 204, {}, undefined);
    else send(request, response, 200, { 'content-type': jsonContentType }, JSON.stringify(result));
  }

  function send(
    request: IncomingMessage,
    response: ServerResponse,
    status: number,
    headers: Readonly<Record<string, string>>,
    body: string | undefined,
  ): void {
    // The caller may have gone while its answer was made.
    if (response.destroyed || response.headersSent || response.socket?.destroyed) return;
    response.writeHead(status, {
      [adminProtocolHeader]: adminProtocol,
      ...headers,
      ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
      ...(stopping && request.httpVersionMajor === 1 && { connection: 'close' }),
    });
    response.end(body);
  }

  function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (error instanceof TransportFault) {
      const { status, message, headers } = error;
      const ends = status === 408 && request.httpVersionMajor === 1 ? { connection: 'close' } : {};
      const type = { 'content-type': 'text/plain;charset=UTF-8' };
      endRequest(request, response, discardedOctets);
      send(request, response, status, { ...headers, ...type, ...ends }, `${message}\n`);
      logger.info({ status, method: request.method, path: printable(request.url) }, 'no call');
      return;
    }
    // A body that ends too early: nobody is there to be told.
    if (request.destroyed || response.destroyed) return;
    logger.error({ err: error }, 'unexpected error');
    response.destroy();
  }

  return {
    handle(request, response, caller) {
      // What becomes of the connection is told by the promises; an event without listener would end the process.
      request.on('error', () => {});
      response.on('error', () => {});
      void answer(request, response, caller).catch((error: unknown) => fail(request, response, error));
    },
    stopping() {
      stopping = true;
    },
  };
}

const first = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

/** The path of a request target, which HTTP/1.1 lets be a whole URL. */
function pathOf(target: string | undefined): string {
  return target?.replace(/^https:\/\/[^/]*/i, '') ?? '';
}

const printable = (target: string | undefined) => target?.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 100);

/** An answer before the end of the request ends its stream in HTTP/2; in HTTP/1.1 the rest must pass. */
function endRequest(request: IncomingMessage, response: ServerResponse, maxOctets: number): void {
  const stream = (request as unknown as Partial<Http2ServerRequest>).stream;
  if (stream) response.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR));
  else discard(request, maxOctets);
}
