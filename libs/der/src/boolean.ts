import { DerError } from './der-error.ts';

/**
 * The value of BOOLEAN content octets: `FF` is true, `00` is false, DER knows no others.
 *
 * @throws DerError `BAD_VALUE`
 */
export function decodeBoolean(content: Uint8Array): boolean {
  if (content.length === 1) {
    if (content[0] === 0xff) return true;
    if (content[0] === 0x00) return false;
  }
  throw new DerError('BAD_VALUE', 'BOOLEAN is neither FF nor 00');
}

/** The content octet of a BOOLEAN. */
export function encodeBoolean(value: boolean): Uint8Array {
  return Uint8Array.of(value ? 0xff : 0x00);
}
