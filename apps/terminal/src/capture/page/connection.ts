import type { DocumentAnswer, PageRefusalAnswer, PageSessionAnswer, PageState } from '../page-protocol.ts';

/** A request that the terminal has refused, by its code. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** A frame to be sent. */
export interface SentFrame {
  readonly prompt: number;
  readonly attempt: number;
  readonly number: number;
  readonly colour: number;
  readonly at: number;
}

/** The session is kept for a page that is loaded again, in this tab alone. */
const place = 'tegata-session';

/** The terminal, on the loopback. */
export class Connection {
  private constructor(private readonly session: string) {}

  /** Opens a session with the token of the link, which is taken out of the address. RefusedError. */
  static async open(): Promise<Connection> {
    const token = location.hash.slice(1);
    history.replaceState(null, '', '/');
    const kept = sessionStorage.getItem(place);
    if (token === '' && kept !== null) return new Connection(kept);
    const response = await post('/api/session', token);
    const { session } = (await response.json()) as PageSessionAnswer;
    sessionStorage.setItem(place, session);
    return new Connection(session);
  }

  /** The state after a version, or the same again after a while. */
  async next(version: number): Promise<PageState> {
    const response = await this.#post(`/api/state?after=${version}`);
    return (await response.json()) as PageState;
  }

  /** The person is ready. */
  async start(): Promise<void> {
    await this.#post('/api/start');
  }

  /** A picture of the document; what is wrong with it. */
  async document(picture: Blob, asItIs: boolean): Promise<DocumentAnswer> {
    const response = await this.#post(`/api/document?as-it-is=${asItIs}`, picture);
    return (await response.json()) as DocumentAnswer;
  }

  /** One frame. */
  async frame(frame: SentFrame, jpeg: Blob, signal: AbortSignal): Promise<void> {
    const parameters = new URLSearchParams(Object.entries(frame).map(([name, value]) => [name, String(value)]));
    await this.#post(`/api/frame?${parameters}`, jpeg, signal);
  }

  #post(path: string, body?: Blob, signal?: AbortSignal): Promise<Response> {
    return post(path, body, { authorization: `Bearer ${this.session}` }, signal);
  }
}

async function post(
  path: string,
  body: Blob | string = '',
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  const response = await fetch(path, { method: 'POST', body, headers, signal: signal ?? null });
  if (response.ok) return response;
  const { error } = (await response.json()) as PageRefusalAnswer;
  throw new RefusedError(error);
}
