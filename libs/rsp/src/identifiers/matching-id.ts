import type { RandomSource } from '../cryptography/random-source.ts';

/** Longest MatchingID this system makes or takes. */
const MAXIMUM_LENGTH = 255;
const TEXT = /^[0-9A-Z-]*$/;
/** 32 characters that are not mistaken for each other when read aloud or typed (no I, L, O, U). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUPS = 4;
const GROUP_LENGTH = 5;

/**
 * Whether `text` can be a MatchingID: upper-case letters, digits and hyphens (SGP.22 section 4.1.1), possibly none, for a
 * default order.
 */
export function isMatchingId(text: string): boolean {
  return text.length <= MAXIMUM_LENGTH && TEXT.test(text);
}

/** A MatchingID nobody can guess, of 100 random bits: `7QK2M-0PZ4T-W9XAB-3CDEF`. Also fit to be an EventID. */
export function newMatchingId(random: RandomSource): string {
  const characters = Array.from(random(GROUPS * GROUP_LENGTH), (octet) => ALPHABET.charAt(octet % 32));
  return Array.from({ length: GROUPS }, (_, group) =>
    characters.slice(group * GROUP_LENGTH, (group + 1) * GROUP_LENGTH).join(''),
  ).join('-');
}
