import { DerError } from './der-error.ts';

const TEXT = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{0,2}[1-9]))?Z$/;

/**
 * The instant of GeneralizedTime content octets in their DER form: `YYYYMMDDhhmmss[.f]Z`, UTC, no trailing zeros in the
 * fraction; not finer than a millisecond.
 *
 * @throws DerError `BAD_VALUE`
 */
export function decodeGeneralizedTime(content: Uint8Array): Date {
  const text = Buffer.from(content).toString('latin1');
  const match = TEXT.exec(text);
  if (match === null) throw new DerError('BAD_VALUE', 'not the DER form of a GeneralizedTime');
  const [, year, month, day, hour, minute, second, fraction = ''] = match;
  const instant = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}Z`);
  // Date rolls 31 February and 24:00 over; an instant that prints differently was not one.
  if (Number.isNaN(instant.getTime()) || print(instant) !== text) throw new DerError('BAD_VALUE', 'no such instant');
  return instant;
}

/**
 * GeneralizedTime content octets.
 *
 * @throws DerError `BAD_VALUE` outside the years 0000..9999
 */
export function encodeGeneralizedTime(instant: Date): Uint8Array {
  const year = instant.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) throw new DerError('BAD_VALUE', 'year is not of four digits');
  return Buffer.from(print(instant), 'latin1');
}

function print(instant: Date): string {
  const [date = '', time = ''] = instant.toISOString().split('T');
  const fraction = time.slice(8, 12).replace(/\.?0+$/, '');
  return `${date.replaceAll('-', '')}${time.slice(0, 8).replaceAll(':', '')}${fraction}Z`;
}
