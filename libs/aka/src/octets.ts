import { timingSafeEqual } from 'node:crypto';

/** Bitwise exclusive or of two strings of the same length. */
export function exclusiveOr(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = (a[i] ?? 0) ^ (b[i] ?? 0);
  return out;
}

/** Whether two values are equal, in a time that depends on their lengths only (for RES, MAC and AUTS). */
export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
