import type { Memory } from '../memory/memory.ts';
import { notificationRecord } from './isd-r-records.ts';

/** Octets that profiles may not take, so that there is always room for notifications and the settings of the user. */
const RESERVE_OCTETS = 32 * 1024;

/**
 * Octets that are free for a new profile. Notifications that wait, and the one that an installation will end with, are in what is kept
 * back for them, as long as it lasts.
 */
export function freeForProfiles(memory: Memory): number {
  const kept = Math.max(0, RESERVE_OCTETS - memory.occupiedBy(notificationRecord) - memory.held);
  return Math.max(0, memory.free - kept);
}

/** Octets of working memory for what is being installed: no profile element may be longer. */
export const VOLATILE_MEMORY_OCTETS = 0xffff;
