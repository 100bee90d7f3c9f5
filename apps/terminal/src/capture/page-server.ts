import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { capturePage } from '../gen/capture-page.ts';
import { maxDocumentOctets, maxFrameOctets } from './page-protocol.ts';
import { PageRefusal, type PageSession } from './page-session.ts';

/** A page asks for the next state again after this long without one, milliseconds. */
const patienceMs = 20_000;
/** How long the last state waits for a page to fetch it, milliseconds. */
const farewellMs = 2_000;
/** Wrong tokens after which the right one is not taken any more either. */
const maxWrongTokens = 20;

const headers = {
  // Everything comes from this server, nothing from anywhere else; the icon is none.
  'content-security-policy': [
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:",
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  ].join('; '),
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), display-capture=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** What is served to anybody who asks: it holds no secret. */
const files: Readonly<Record<string, { readonly type: string; readonly content: string }>> = {
  '/': { type: 'text/html; charset=utf-8', content: capturePage.html },
  '/page.js': { type: 'text/javascript; charset=utf-8', content: capturePage.script },
  '/page.css': { type: 'text/css; charset=utf-8', content: capturePage.style },
};

/**
 * Serves the capture page on the loopback, to the one browser that opened the link. The token in the link is good once and
 * buys a session that the page keeps to itself: nothing is in a cookie or an address that another page could use. Host and
 * Origin are those of this server, so that neither a name that is made to point here nor another page's script gets in.
 */
export class PageServer {
  readonly #token = randomBytes(32).toString('base64url');
  #session: string | undefined;
  #wrongTokens = 0;
  readonly #closing = new AbortController();
  #farewell: (() => void) | undefined;
  #lastTold = false;

  private constructor(
    private readonly session: PageSession,
    private readonly server: Server,
  ) {}

  static async start(session: PageSession): Promise<PageServer> {
    const server = createServer({ headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 5_000 });
    server.maxConnections = 16;
    const page = new PageServer(session, server);
    server.on('request', (request, response) => void page.#serve(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return page;
  }

  /** The link that opens the page, once. What is behind `#` never leaves the browser by itself. */
  get link(): string {
    return `${this.#origin}/#${this.#token}`;
  }

  /** Lets the page fetch the last state, if one is open, and stops. */
  async close(): Promise<void> {
    if (this.#session !== undefined && !this.#lastTold) {
      let timer: NodeJS.Timeout | undefined;
      const fetched = new Promise<void>((resolve) => {
        this.#farewell = resolve;
        timer = setTimeout(resolve, farewellMs);
      });
      await fetched;
      clearTimeout(timer);
    }
    this.#closing.abort();
    this.server.close();
    this.server.closeAllConnections();
  }

  get #origin(): string {
    return `http://${this.#host}`;
  }

  get #host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo | null)?.port}`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    try {
      const answer = await this.#answer(request, response);
      if (answer === undefined) return void response.writeHead(204).end();
      const { type, content } = answer;
      response.writeHead(200, { 'content-type': type }).end(content, () => {
        if (answer.last !== true) return;
        this.#lastTold = true;
        this.#farewell?.();
      });
    } catch (error) {
      const { status, code } = error instanceof PageRefusal ? error : { status: 500, code: 'INTERNAL_ERROR' };
      // What is left of a body that is not taken is not read either.
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify({ error: code }), () => request.destroy());
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<Answer | undefined> {
    if (request.headers.host !== this.#host) throw new PageRefusal(421, 'HOST_UNKNOWN');
    if (!URL.canParse(request.url ?? '', this.#origin)) throw new PageRefusal(400, 'ADDRESS_WRONG');
    const { pathname, searchParams } = new URL(request.url ?? '', this.#origin);
    const file = Object.hasOwn(files, pathname) ? files[pathname] : undefined;
    if (file !== undefined) {
      if (request.method !== 'GET') throw new PageRefusal(405, 'METHOD_NOT_ALLOWED');
      return file;
    }
    if (request.method !== 'POST') throw new PageRefusal(pathname.startsWith('/api/') ? 405 : 404, 'NOT_FOUND');
    if (request.headers.origin !== this.#origin) throw new PageRefusal(403, 'ORIGIN_UNKNOWN');
    if (pathname === '/api/session') return this.#open(await textOf(request));
    this.#requireSession(request);
    switch (pathname) {
      case '/api/state':
        return this.#state(whole(searchParams, 'after'), response);
      case '/api/start':
        this.session.start();
        return undefined;
      case '/api/document': {
        const asItIs = searchParams.get('as-it-is') === 'true';
        const faults = await this.session.takeDocument(await pictureOf(request, maxDocumentOctets), asItIs);
        return json({ faults });
      }
      case '/api/frame': {
        const number = (name: string) => whole(searchParams, name);
        const frame = {
          ...{ promptNumber: number('prompt'), attempt: number('attempt'), frameNumber: number('number') },
          ...{ colourNumber: number('colour'), takenAtMs: number('at') },
        };
        await this.session.takeFrame(frame, await pictureOf(request, maxFrameOctets));
        return undefined;
      }
      default:
        throw new PageRefusal(404, 'NOT_FOUND');
    }
  }

  /** The token for a session; whoever comes second with it comes too late. */
  #open(token: string): Answer {
    if (this.#session !== undefined || this.#wrongTokens >= maxWrongTokens) throw new PageRefusal(403, 'LINK_USED');
    if (!same(token, this.#token)) {
      this.#wrongTokens++;
      throw new PageRefusal(403, 'LINK_WRONG');
    }
    this.#session = randomBytes(32).toString('base64url');
    return json({ session: this.#session });
  }

  #requireSession({ headers: { authorization = '' } }: IncomingMessage): void {
    if (this.#session === undefined || !same(authorization, `Bearer ${this.#session}`)) {
      throw new PageRefusal(401, 'SESSION_UNKNOWN');
    }
  }

  async #state(after: number, response: ServerResponse): Promise<Answer> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signals = [gone.signal, this.#closing.signal, AbortSignal.timeout(patienceMs)];
    const state = await this.session.stateAfter(after, AbortSignal.any(signals));
    return { ...json(state), last: state.view.kind === 'end' };
  }
}

interface Answer {
  readonly type: string;
  readonly content: string;
  /** it is the last state */
  readonly last?: boolean;
}

const json = (value: unknown): Answer => ({ type: 'application/json', content: JSON.stringify(value) });

/** A whole number of the address: digits and nothing else. */
function whole(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? '';
  if (!/^\d{1,9}$/.test(text)) throw new PageRefusal(400, 'PARAMETER_WRONG');
  return Number(text);
}

async function textOf(request: IncomingMessage): Promise<string> {
  if (request.headers['content-type'] !== 'text/plain;charset=UTF-8') throw new PageRefusal(415, 'TYPE_WRONG');
  return Buffer.from(await bodyOf(request, 256)).toString('utf8');
}

async function pictureOf(request: IncomingMessage, most: number): Promise<Uint8Array> {
  if (!/^image\/(jpeg|png|webp)$/.test(request.headers['content-type'] ?? '')) throw new PageRefusal(415, 'TYPE_WRONG');
  return bodyOf(request, most);
}

async function bodyOf(request: IncomingMessage, most: number): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > most) throw new PageRefusal(413, 'TOO_LARGE');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Compares without telling by time how much is the same. */
function same(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
