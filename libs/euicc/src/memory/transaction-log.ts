import { createHash } from 'node:crypto';
import { MemoryError } from './memory-error.ts';

/** What a transaction does to one key. */
export type Change =
  | { readonly key: string; readonly value: Uint8Array }
  /** the key is removed */
  | { readonly key: string; readonly value: undefined };

/** Octets of the identity of a log file. */
export const IDENTITY_OCTETS = 16;
const SIGNATURE = Buffer.from('TEGATA eUICC 1\n', 'latin1');
/**
 * Octets before the first entry.
 *
 * Format of the log, which holds the memory as the transactions that made it:
 *
 * ```
 * file        = header entry*
 * header      = "TEGATA eUICC 1\n" (15) | identity of the file (16 random octets) | capacity of the memory (4)
 * entry       = "\xA5\x5A" | number (6) | length of body (4) | body | digest (16)
 * body        = (operation (1) | length of key (2) | key | [length of value (4) | value])*
 * digest      = first 16 octets of SHA-256(identity | everything of the entry before the digest)
 * ```
 *
 * Numbers are big-endian and count transactions over the life of the eUICC. The identity keeps entries of another file,
 * left on the disk by a file system, from being taken for entries of this one.
 */
const HEADER_OCTETS = SIGNATURE.length + IDENTITY_OCTETS + 4;

const MARK = 0xa55a;
const ENTRY_HEADER_OCTETS = 12;
const DIGEST_OCTETS = 16;
const PUT = 1;
const DELETE = 2;
/** Longest key, in octets of UTF-8. */
const MAXIMUM_KEY_OCTETS = 0xffff;

/** What a log begins with. */
export interface LogHeader {
  readonly identity: Uint8Array;
  /** octets that the memory has room for, below 2^32 */
  readonly capacity: number;
}

/** The first octets of a log. */
export function encodeLogHeader({ identity, capacity }: LogHeader): Uint8Array {
  const room = Buffer.alloc(4);
  room.writeUInt32BE(capacity);
  return Buffer.concat([SIGNATURE, identity, room]);
}

/** One transaction as an entry of the log with this identity. */
export function encodeEntry(identity: Uint8Array, number: number, changes: Iterable<Change>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { key, value } of changes) {
    const name = Buffer.from(key, 'utf8');
    if (name.length > MAXIMUM_KEY_OCTETS) throw new RangeError('key is too long');
    const head = Buffer.alloc(value === undefined ? 3 : 7);
    head[0] = value === undefined ? DELETE : PUT;
    head.writeUInt16BE(name.length, 1);
    if (value === undefined) {
      parts.push(head, name);
    } else {
      head.writeUInt32BE(value.length, 3);
      parts.push(head, name, value);
    }
  }
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(ENTRY_HEADER_OCTETS);
  header.writeUInt16BE(MARK, 0);
  header.writeUIntBE(number, 2, 6);
  header.writeUInt32BE(body.length, 8);
  return Buffer.concat([header, body, digest(identity, header, body)]);
}

/** A log as read back. */
export interface TransactionLog extends LogHeader {
  /** octets up to and including the last complete entry; what follows was never acknowledged */
  readonly length: number;
  /** number of the last transaction, 0 when there is none */
  readonly lastNumber: number;
  /** changes in the order in which they were committed */
  readonly changes: readonly Change[];
}

/**
 * Reads a log, leaving out an entry at the end that was not written to its end.
 *
 * A transaction is acknowledged only when it is flushed, and the next one is written only then: an incomplete entry
 * with a complete one after it is damage, not an interrupted write, and is refused.
 *
 * @throws MemoryError `MEMORY_CORRUPT`
 */
export function decodeLog(octets: Uint8Array): TransactionLog {
  const log = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
  if (log.length < HEADER_OCTETS || !log.subarray(0, SIGNATURE.length).equals(SIGNATURE)) {
    throw new MemoryError('MEMORY_CORRUPT', 'the file is not the memory of an eUICC');
  }
  const identity = log.subarray(SIGNATURE.length, SIGNATURE.length + IDENTITY_OCTETS);
  const capacity = log.readUInt32BE(SIGNATURE.length + IDENTITY_OCTETS);
  const changes: Change[] = [];
  let lastNumber = 0;
  let offset = HEADER_OCTETS;
  while (offset < log.length) {
    const entry = entryAt(log, identity, offset);
    if (entry === undefined) {
      if (hasEntryAfter(log, identity, offset)) {
        throw new MemoryError('MEMORY_CORRUPT', `octets at ${offset}, before a later transaction, are damaged`);
      }
      break;
    }
    if (lastNumber !== 0 && entry.number !== lastNumber + 1) {
      throw new MemoryError('MEMORY_CORRUPT', `transaction ${lastNumber + 1} is missing`);
    }
    changes.push(...decodeBody(entry.body));
    lastNumber = entry.number;
    offset = entry.end;
  }
  return { identity, capacity, length: offset, lastNumber, changes };
}

interface Entry {
  readonly number: number;
  readonly body: Buffer;
  /** offset after the entry */
  readonly end: number;
}

/** The complete entry at `offset`, or undefined when there is none. */
function entryAt(log: Buffer, identity: Uint8Array, offset: number): Entry | undefined {
  if (log.length - offset < ENTRY_HEADER_OCTETS + DIGEST_OCTETS || log.readUInt16BE(offset) !== MARK) return undefined;
  const start = offset + ENTRY_HEADER_OCTETS;
  const end = start + log.readUInt32BE(offset + 8) + DIGEST_OCTETS;
  if (end > log.length) return undefined;
  const header = log.subarray(offset, start);
  const body = log.subarray(start, end - DIGEST_OCTETS);
  if (!digest(identity, header, body).equals(log.subarray(end - DIGEST_OCTETS, end))) return undefined;
  return { number: log.readUIntBE(offset + 2, 6), body, end };
}

function hasEntryAfter(log: Buffer, identity: Uint8Array, offset: number): boolean {
  const mark = Buffer.of(MARK >> 8, MARK & 0xff);
  for (let at = log.indexOf(mark, offset + 1); at !== -1; at = log.indexOf(mark, at + 1)) {
    if (entryAt(log, identity, at) !== undefined) return true;
  }
  return false;
}

function decodeBody(body: Buffer): Change[] {
  const changes: Change[] = [];
  let at = 0;
  while (at < body.length) {
    const operation = body.readUInt8(at);
    const keyLength = body.readUInt16BE(at + 1);
    if (operation === PUT) {
      const start = at + 7 + keyLength;
      const end = start + body.readUInt32BE(at + 3);
      changes.push({ key: body.toString('utf8', at + 7, start), value: body.subarray(start, end) });
      at = end;
    } else {
      changes.push({ key: body.toString('utf8', at + 3, at + 3 + keyLength), value: undefined });
      at += 3 + keyLength;
    }
  }
  return changes;
}

function digest(identity: Uint8Array, header: Uint8Array, body: Uint8Array): Buffer {
  return createHash('sha256').update(identity).update(header).update(body).digest().subarray(0, DIGEST_OCTETS);
}
