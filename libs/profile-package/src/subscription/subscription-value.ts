import { ProfilePackageError } from '../profile-package-error.ts';

/** The error for a value that cannot be coded. The message does not repeat the value. */
export function badValue(message: string): ProfilePackageError {
  return new ProfilePackageError('BAD_SUBSCRIPTION_VALUE', message);
}

/** @throws ProfilePackageError `BAD_SUBSCRIPTION_VALUE` unless `text` is `minimum`..`maximum` decimal digits */
export function expectDigits(text: string, minimum: number, maximum: number, what: string): void {
  if (!/^[0-9]*$/.test(text) || text.length < minimum || text.length > maximum) {
    throw badValue(`${what} has ${minimum === maximum ? minimum : `${minimum} to ${maximum}`} digits`);
  }
}

/** Digits two to an octet, the first in the lower nibble, the last octet filled up with F. */
export function swappedDigits(digits: string): Uint8Array {
  const even = digits.length % 2 === 0 ? digits : `${digits}F`;
  return Buffer.from(even.replace(/(.)(.)/g, '$2$1'), 'hex');
}

/** The digits of `swappedDigits`, up to the first nibble that is none. */
export function digitsOf(octets: Uint8Array): string {
  const nibbles = Buffer.from(octets)
    .toString('hex')
    .replace(/(.)(.)/g, '$2$1');
  return /^[0-9]*/.exec(nibbles)?.[0] ?? '';
}

/** `octets` with FF up to `length`. @throws ProfilePackageError `BAD_SUBSCRIPTION_VALUE` when it is longer already */
export function padded(octets: Uint8Array, length: number, what: string): Uint8Array {
  if (octets.length > length) throw badValue(`${what} does not fit ${length} octets`);
  const out = new Uint8Array(length).fill(0xff);
  out.set(octets);
  return out;
}
