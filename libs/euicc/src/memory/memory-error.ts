/** Why the memory of the eUICC could not do what was asked. Stable: callers and logs may depend on the values. */
export type MemoryErrorCode =
  /** another process, or this one, has the folder open */
  | 'MEMORY_IN_USE'
  /** there is no memory in the folder: no eUICC was manufactured there */
  | 'MEMORY_ABSENT'
  /** there is a memory in the folder already: an eUICC is manufactured once */
  | 'MEMORY_EXISTS'
  /** committed octets are not what was written; nothing is guessed */
  | 'MEMORY_CORRUPT'
  /** a write or flush failed, so that nobody knows what is on the disk; only opening anew tells */
  | 'MEMORY_FAILED'
  /** the commit needs more room than is free; nothing of it was stored */
  | 'MEMORY_FULL'
  /** used after `close` */
  | 'MEMORY_CLOSED';

/** A failure of the durable memory. The message holds no stored value, so that it can be logged. */
export class MemoryError extends Error {
  readonly code: MemoryErrorCode;

  constructor(code: MemoryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MemoryError';
    this.code = code;
  }
}
