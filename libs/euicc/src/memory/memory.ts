import type { RandomSource } from '@tegata/rsp';
import { MemoryError } from './memory-error.ts';
import type { MemoryFile, MemoryFolder } from './memory-folder.ts';
import { lockMemory, type MemoryLock, type Processes } from './memory-lock.ts';
import { type RecordType, recordKey } from './record-type.ts';
import { type Change, decodeLog, encodeEntry, encodeLogHeader, IDENTITY_OCTETS } from './transaction-log.ts';

const LOG = 'memory';
const NEW_LOG = 'memory.new';
/** What a record is counted with besides its key and value. */
const RECORD_OVERHEAD_OCTETS = 8;
/** A log shorter than this is not worth compacting. */
const COMPACTION_MINIMUM_OCTETS = 256 * 1024;
/** A log is compacted when it is this many times as long as what it holds. */
const COMPACTION_FACTOR = 4;

export interface MemoryOptions {
  readonly random: RandomSource;
  readonly processes?: Processes;
  /** length in octets below which the log is left alone */
  readonly compactionMinimum?: number;
}

/** Changes that are stored together or not at all. */
export interface Transaction {
  put<Out, In>(type: RecordType<Out, In>, identifier: string, value: In): void;
  delete(type: RecordType<unknown, never>, identifier: string): void;
  /** Removes every record of this kind whose identifier begins with `prefix`. */
  deleteAll(type: RecordType<unknown, never>, prefix: string): void;
}

/**
 * Durable memory of an eUICC: typed records, changed in transactions.
 *
 * `commit` returns when the changes are on the disk. Killed at any moment before that, the memory is as it was or as it
 * would have become. Not for concurrent commits: whoever owns the memory does one thing at a time.
 */
export class Memory {
  private readonly values = new Map<string, Uint8Array>();
  private used = 0;
  private heldOctets = 0;
  private log: OpenLog | undefined;
  private failed = false;

  private constructor(
    private readonly folder: MemoryFolder,
    private readonly lock: MemoryLock,
    private readonly options: MemoryOptions,
    /** octets that the memory has room for */
    readonly capacity: number,
  ) {}

  /**
   * Makes a memory whose first content is what `fill` puts there.
   *
   * @param capacity octets, below 2^32
   * @throws MemoryError `MEMORY_EXISTS`, `MEMORY_IN_USE`, `MEMORY_FULL`
   */
  static async create(
    folder: MemoryFolder,
    options: MemoryOptions,
    capacity: number,
    fill: (transaction: Transaction) => void,
  ): Promise<Memory> {
    const lock = await lockMemory(folder, options.processes);
    try {
      if ((await folder.read(LOG)) !== undefined) {
        throw new MemoryError('MEMORY_EXISTS', 'there is an eUICC in the folder already');
      }
      const memory = new Memory(folder, lock, options, capacity);
      memory.apply(memory.collect(fill));
      if (memory.used > capacity) throw new MemoryError('MEMORY_FULL', 'the memory is too small for its first content');
      await memory.rewrite(1);
      return memory;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /**
   * Opens the memory in the folder, leaving out a transaction that was not written to its end.
   *
   * @throws MemoryError `MEMORY_ABSENT`, `MEMORY_IN_USE`, `MEMORY_CORRUPT`
   */
  static async open(folder: MemoryFolder, options: MemoryOptions): Promise<Memory> {
    const lock = await lockMemory(folder, options.processes);
    try {
      await folder.remove(NEW_LOG);
      const octets = await folder.read(LOG);
      if (octets === undefined) throw new MemoryError('MEMORY_ABSENT', 'there is no eUICC in the folder');
      const { identity, capacity, length, lastNumber, changes } = decodeLog(octets);
      const memory = new Memory(folder, lock, options, capacity);
      memory.apply(changes);
      const file = await folder.open(LOG);
      memory.log = { file, identity, length, lastNumber };
      if (length < octets.length) {
        await file.truncate(length);
        await file.sync();
      }
      return memory;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** The record, or undefined. */
  get<Out>(type: RecordType<Out, never>, identifier = ''): Out | undefined {
    const value = this.values.get(recordKey(type, identifier));
    return value === undefined ? undefined : type.schema.decode(value);
  }

  /**
   * The record, which must be there.
   *
   * @throws MemoryError `MEMORY_CORRUPT`
   */
  require<Out>(type: RecordType<Out, never>, identifier = ''): Out {
    const value = this.get(type, identifier);
    if (value === undefined) throw new MemoryError('MEMORY_CORRUPT', `there is no record ${type.kind}`);
    return value;
  }

  /** Records of one kind whose identifiers begin with `prefix`, in no particular order. */
  *list<Out>(
    type: RecordType<Out, never>,
    prefix = '',
  ): Generator<{ readonly identifier: string; readonly value: Out }> {
    const start = recordKey(type, prefix);
    for (const [key, value] of this.values) {
      if (!key.startsWith(start)) continue;
      yield { identifier: key.slice(type.kind.length + 1), value: type.schema.decode(value) };
    }
  }

  /** Octets that are free: what a transaction may add. */
  get free(): number {
    return Math.max(0, this.capacity - this.used - this.heldOctets);
  }

  /** Octets that are held back. */
  get held(): number {
    return this.heldOctets;
  }

  /** Holds octets back from all transactions, in place of those that were held before, until power off or `hold(0)`. */
  hold(octets: number): void {
    this.heldOctets = octets;
  }

  /** Octets that the records of one kind take. */
  occupiedBy(type: RecordType<unknown, never>): number {
    const start = recordKey(type, '');
    let octets = 0;
    for (const [key, value] of this.values) if (key.startsWith(start)) octets += sizeOfRecord(key, value);
    return octets;
  }

  /** Octets that the changes of `fill` would add (less than nothing when they remove more than they put). */
  sizeOf(fill: (transaction: Transaction) => void): number {
    return this.growth(this.collect(fill));
  }

  /**
   * Stores what `fill` puts and deletes, all of it or nothing. A transaction without changes writes nothing.
   *
   * @throws MemoryError `MEMORY_FULL` (the memory is as before), `MEMORY_FAILED`, `MEMORY_CLOSED`
   */
  async commit(fill: (transaction: Transaction) => void): Promise<void> {
    const log = this.openLog();
    const changes = this.collect(fill);
    if (changes.length === 0) return;
    const growth = this.growth(changes);
    if (growth > 0 && this.used + this.heldOctets + growth > this.capacity) {
      throw new MemoryError('MEMORY_FULL', 'the memory of the eUICC has no room for this');
    }
    const entry = encodeEntry(log.identity, log.lastNumber + 1, changes);
    await this.orFail(async () => {
      await log.file.write(entry, log.length);
      await log.file.sync();
    });
    this.log = { ...log, length: log.length + entry.length, lastNumber: log.lastNumber + 1 };
    this.apply(changes);
    if (this.log.length > Math.max(this.compactionMinimum, COMPACTION_FACTOR * this.used)) {
      await this.orFail(() => this.rewrite(log.lastNumber + 2));
    }
  }

  /** Gives the folder back. Everything committed is on the disk already. */
  async close(): Promise<void> {
    const log = this.log;
    if (log === undefined) return;
    this.log = undefined;
    try {
      await log.file.close();
    } finally {
      await this.lock.release();
    }
  }

  private get compactionMinimum(): number {
    return this.options.compactionMinimum ?? COMPACTION_MINIMUM_OCTETS;
  }

  /** Writes the whole memory as one transaction into a new log, which then takes the place of the old one. */
  private async rewrite(number: number): Promise<void> {
    const old = this.log;
    const identity = Uint8Array.from(this.options.random(IDENTITY_OCTETS));
    const changes = [...this.values].map(([key, value]): Change => ({ key, value }));
    const octets = Buffer.concat([
      encodeLogHeader({ identity, capacity: this.capacity }),
      encodeEntry(identity, number, changes),
    ]);
    const file = await this.folder.create(NEW_LOG);
    try {
      await file.write(octets, 0);
      await file.sync();
      await this.folder.rename(NEW_LOG, LOG);
      // Before this a crash may bring the old log back, so nothing may be acknowledged on the strength of the new one.
      await this.folder.syncFolder();
    } catch (error) {
      await file.close();
      throw error;
    }
    this.log = { file, identity, length: octets.length, lastNumber: number };
    await old?.file.close();
  }

  private collect(fill: (transaction: Transaction) => void): Change[] {
    const changes = new Map<string, Uint8Array | undefined>();
    fill({
      put: (type, identifier, value) => changes.set(recordKey(type, identifier), type.schema.encode(value)),
      delete: (type, identifier) => changes.set(recordKey(type, identifier), undefined),
      deleteAll: (type, prefix) => {
        const start = recordKey(type, prefix);
        for (const key of [...this.values.keys(), ...changes.keys()]) {
          if (key.startsWith(start)) changes.set(key, undefined);
        }
      },
    });
    return [...changes]
      .filter(([key, value]) => value !== undefined || this.values.has(key))
      .map(([key, value]): Change => ({ key, value }));
  }

  private apply(changes: readonly Change[]): void {
    this.used += this.growth(changes);
    for (const { key, value } of changes) {
      if (value === undefined) this.values.delete(key);
      // A copy: a view would keep the whole log, or the caller's buffer, in memory, and could be changed from outside.
      else this.values.set(key, Uint8Array.from(value));
    }
  }

  private growth(changes: readonly Change[]): number {
    const held = new Map<string, number>();
    let growth = 0;
    for (const { key, value } of changes) {
      const before = held.get(key) ?? sizeOfRecord(key, this.values.get(key));
      const after = sizeOfRecord(key, value);
      held.set(key, after);
      growth += after - before;
    }
    return growth;
  }

  private openLog(): OpenLog {
    if (this.failed) throw new MemoryError('MEMORY_FAILED', 'an earlier write failed: the eUICC must be opened anew');
    if (this.log === undefined) throw new MemoryError('MEMORY_CLOSED', 'the eUICC is closed');
    return this.log;
  }

  /** After a failed write or flush nobody knows what is on the disk, so nothing more may be promised. */
  private async orFail(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (cause) {
      this.failed = true;
      throw new MemoryError('MEMORY_FAILED', 'the memory of the eUICC could not be written', { cause });
    }
  }
}

interface OpenLog {
  readonly file: MemoryFile;
  readonly identity: Uint8Array;
  readonly length: number;
  readonly lastNumber: number;
}

function sizeOfRecord(key: string, value: Uint8Array | undefined): number {
  return value === undefined ? 0 : RECORD_OVERHEAD_OCTETS + Buffer.byteLength(key, 'utf8') + value.length;
}
