import { MemoryError } from '../memory/memory-error.ts';

/** Status words of the commands that are served (ETSI TS 102 221 section 10.2, 3GPP TS 31.102 section 7.3). */
export const STATUS_WORD = {
  NORMAL: 0x9000,
  /** more octets wait for GET RESPONSE; their number is in the second octet */
  RESPONSE_WAITING: 0x6100,
  /** the proactive command that waits has as many octets as the second one says */
  PROACTIVE_COMMAND: 0x9100,
  /** the toolkit is busy: not now */
  TOOLKIT_BUSY: 0x9300,
  /** no record has what was searched for */
  NOT_FOUND_IN_FILE: 0x6282,
  FILE_DEACTIVATED: 0x6283,
  /** more of the object waits for the next RETRIEVE DATA */
  MORE_DATA_AVAILABLE: 0x62f1,
  /** wrong code; the tries that are left are in the last four bits */
  TRIES_LEFT: 0x63c0,
  /** more of the object is expected in the next SET DATA */
  MORE_DATA_EXPECTED: 0x63f1,
  WRONG_LENGTH: 0x6700,
  CHANNEL_NOT_OPEN: 0x6881,
  /** the command is for the basic channel only */
  CHANNEL_NOT_SUPPORTED: 0x6881,
  SECURE_MESSAGING_NOT_SUPPORTED: 0x6882,
  /** the command does not fit the structure of the file */
  WRONG_FILE_STRUCTURE: 0x6981,
  SECURITY_STATUS_NOT_SATISFIED: 0x6982,
  /** the PIN or PUK has no tries left */
  AUTHENTICATION_BLOCKED: 0x6983,
  /** the PIN is disabled, or the file deactivated */
  REFERENCED_DATA_UNUSABLE: 0x6984,
  CONDITIONS_NOT_SATISFIED: 0x6985,
  NO_EF_SELECTED: 0x6986,
  WRONG_DATA: 0x6a80,
  FUNCTION_NOT_SUPPORTED: 0x6a81,
  FILE_NOT_FOUND: 0x6a82,
  RECORD_NOT_FOUND: 0x6a83,
  NOT_ENOUGH_MEMORY: 0x6a84,
  WRONG_P1_P2: 0x6a86,
  LENGTH_INCONSISTENT: 0x6a87,
  REFERENCED_DATA_NOT_FOUND: 0x6a88,
  OFFSET_OUTSIDE: 0x6b00,
  /** the right Le is in the second octet */
  WRONG_LE: 0x6c00,
  INSTRUCTION_NOT_SUPPORTED: 0x6d00,
  CLASS_NOT_SUPPORTED: 0x6e00,
  /** a technical problem: GET RESPONSE where nothing waits */
  NO_DIAGNOSIS: 0x6f00,
  MEMORY_PROBLEM: 0x6581,
  /** the MAC of an authentication challenge is wrong */
  AUTHENTICATION_MAC_WRONG: 0x9862,
  /** the value would be more than its octets can hold */
  MAXIMUM_REACHED: 0x9850,
  /** the security context of AUTHENTICATE is not available */
  CONTEXT_NOT_SUPPORTED: 0x9864,
} as const;

/** A command that ends without data, and why. */
export class StatusWordError extends Error {
  readonly statusWord: number;

  constructor(statusWord: number) {
    super(`status word ${statusWord.toString(16).toUpperCase().padStart(4, '0')}`);
    this.name = 'StatusWordError';
    this.statusWord = statusWord;
  }
}

/** The status word of a command that was refused, or that found no room. @throws what else it ended with */
export function statusWordOf(error: unknown): number {
  if (error instanceof StatusWordError) return error.statusWord;
  if (error instanceof MemoryError && error.code === 'MEMORY_FULL') return STATUS_WORD.NOT_ENOUGH_MEMORY;
  throw error;
}
