/** A request of this binding, whatever version of HTTP carries it. */
export interface HttpPost {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly signal: AbortSignal;
}

/** What came back. */
export interface HttpAnswer {
  readonly status: number;
  /** What the server says that the body is. */
  readonly contentType: string | undefined;
  /** When it wants to be asked again, as it says it. */
  readonly retryAfter?: string | undefined;
  readonly body: Buffer;
}

/** A way to one server. Connections are opened when they are needed and kept for the requests that follow. */
export interface HttpExchange {
  /** Rejects with what the transport says, or with an AnswerTooLarge. */
  post(request: HttpPost): Promise<HttpAnswer>;
  /** Ends requests in progress and closes what is open. */
  close(): void;
}

/** The answer is larger than anything the server may want to say. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
  readonly code = 'ANSWER_TOO_LARGE';
}

/** Reads a body to its end. @throws AnswerTooLarge */
export async function readBody(stream: AsyncIterable<Buffer>, maxOctets: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let octets = 0;
  for await (const part of stream) {
    octets += part.length;
    if (octets > maxOctets) throw new AnswerTooLarge(`more than ${maxOctets} octets`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
