import { isAscii } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { jsonContentType } from '../binding/admin-protocol.ts';
import { isJsonObject, type JsonObject, MemberError } from '../binding/json.ts';
import { TransportFault } from './transport-fault.ts';

const mediaType = /^\s*application\/json\s*(?:;(.*))?$/i;
const charset = /^\s*charset\s*=\s*"?([^\s";]+)"?\s*$/i;

/** Whether a Content-Type is JSON in UTF-8 (SGP.22 section 6.5.1.1). */
function isJson(contentType: string | undefined): boolean {
  if (contentType === jsonContentType) return true;
  const match = mediaType.exec(contentType ?? '');
  if (match === null) return false;
  const sets = (match[1] ?? '').split(';').flatMap((parameter) => charset.exec(parameter)?.[1] ?? []);
  return sets.every((set) => set.toLowerCase() === 'utf-8');
}

/** Header fields that must stand once, and of which whatever is in front of this server may read the other one. */
const singletons: readonly string[] = ['host', 'content-type'];

/**
 * Refuses a request with two of a header field that must stand once (RFC 9110 section 5.3, RFC 9112 section 3.2); Node reads the first.
 *
 * @param rawHeaders names and values in turn
 * @throws TransportFault 400
 */
export function checkSingletons(rawHeaders: readonly string[]): void {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    if (!singletons.includes(name)) continue;
    if (seen.has(name)) throw new TransportFault(400, `The header field ${name} must stand once.`);
    seen.add(name);
  }
}

/**
 * Refuses a request of HTTP/2 with more header fields than a listener takes, counted as RFC 9113 section 6.5.2 does. Node does so itself,
 * by a reset of the stream, but only once the client has acknowledged the limit: not with the first requests of a connection. Those of
 * HTTP/1.1 are refused before they come here.
 *
 * @param rawHeaders names and values in turn
 * @throws TransportFault 431
 */
export function checkHeaderList(rawHeaders: readonly string[], maxOctets: number): void {
  let octets = 0;
  for (const text of rawHeaders) octets += text.length + 16;
  if (octets > maxOctets) throw new TransportFault(431, `The header fields must have at most ${maxOctets} octets.`);
}

/**
 * Refuses a body by its header fields, before anything of it is read.
 * @throws TransportFault 415, 413
 */
export function checkContent(headers: IncomingHttpHeaders, maxOctets: number): void {
  if (!isJson(headers['content-type'])) throw new TransportFault(415, 'The body must be application/json in UTF-8.');
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new TransportFault(415, 'The body must not be encoded.', { 'accept-encoding': 'identity' });
  }
  const transferCoding = headers['transfer-encoding'];
  if (transferCoding !== undefined && transferCoding.toLowerCase() !== 'chunked') {
    throw new TransportFault(415, 'The body must not be encoded, chunks aside.');
  }
  if (Number(headers['content-length']) > maxOctets) throw tooLarge(maxOctets);
}

/** What bounds the reading of a body. */
export interface BodyBounds {
  readonly maxOctets: number;
  readonly withinMs: number;
}

/**
 * The octets of a body. The stream is left as it is when they are too many: an answer can still be written.
 * @throws TransportFault 413, 408; Error when it ends too early
 */
export function readOctets(body: Readable, { maxOctets, withinMs }: BodyBounds): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let octets = 0;
    const fail = (error: Error) => {
      clearTimeout(timer);
      body.off('data', take);
      reject(error);
    };
    const take = (part: Buffer) => {
      octets += part.length;
      parts.push(part);
      if (octets > maxOctets) fail(tooLarge(maxOctets));
    };
    const finish = () => {
      clearTimeout(timer);
      resolve(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));
    };
    const timer = setTimeout(() => fail(new TransportFault(408, 'The body did not come in time.')), withinMs);
    body.on('data', take);
    body.on('error', fail);
    body.on('close', () => {
      if (!body.readableEnded) fail(new Error('the body ended too early'));
    });
    body.on('end', finish);
  });
}

/** Lets what is left of a body pass unread, so that the answer arrives; who sends on and on is cut off. */
export function discard(body: Readable, maxOctets: number): void {
  let octets = 0;
  body.on('data', (part: Buffer) => {
    octets += part.length;
    if (octets > maxOctets) body.destroy();
  });
}

const tooLarge = (maxOctets: number) => new TransportFault(413, `The body must have at most ${maxOctets} octets.`);

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The object that a body is.
 * @throws TransportFault 400 for something that is not JSON; MemberError for JSON that is no object
 */
export function parseObject(octets: Buffer): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(isAscii(octets) ? octets.toString('latin1') : utf8.decode(octets));
  } catch {
    throw new TransportFault(400, 'The body is not JSON.');
  }
  if (!isJsonObject(value)) throw new MemberError('malformed', 'The body', 'must be an object');
  return value;
}
