import { isUtf8 } from 'node:buffer';
import { DerError } from './der-error.ts';

/**
 * The text of UTF8String content octets.
 *
 * @throws DerError `BAD_VALUE` for octets that are not UTF-8 (never replaced by U+FFFD)
 */
export function decodeUtf8(content: Uint8Array): string {
  if (!isUtf8(content)) throw new DerError('BAD_VALUE', 'text is not UTF-8');
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8');
}

/**
 * UTF8String content octets.
 *
 * @throws DerError `BAD_VALUE` for text with half of a surrogate pair, which has no UTF-8 form
 */
export function encodeUtf8(text: string): Uint8Array {
  if (/\p{Surrogate}/u.test(text)) throw new DerError('BAD_VALUE', 'text has half of a surrogate pair');
  return Buffer.from(text, 'utf8');
}
