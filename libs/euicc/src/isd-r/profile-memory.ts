import type { Memory } from '../memory/memory.ts';

/** Octets that profiles may not take, so that there is always room for notifications and the settings of the user. */
const RESERVE_OCTETS = 32 * 1024;

/** Octets that are free for a new profile. */
export function freeForProfiles({ free }: Memory): number {
  return Math.max(0, free - RESERVE_OCTETS);
}
