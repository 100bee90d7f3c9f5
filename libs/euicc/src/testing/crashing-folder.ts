import type { MemoryFile, MemoryFolder } from '../memory/memory-folder.ts';

/** The power went off. */
export class PowerLoss extends Error {}

interface Inode {
  /** what a crash can't take away */
  durable: Buffer;
  /** what was written since the last flush, in order */
  pending: Array<(content: Buffer) => Buffer>;
  /** the last write may get to the disk in part: its first `octets` octets */
  cutLast?: (content: Buffer, octets: number) => Buffer;
  lastLength: number;
}

type NameChange = (names: Map<string, Inode>) => void;

/** What of the unflushed operations a crash leaves on the disk. */
export interface Survival {
  /** unflushed writes that made it, of each file; the one after them is cut to `octets` of it */
  readonly writes: 'none' | 'all' | { readonly octets: number };
  /** unflushed renames, creations and removals that made it */
  readonly names: 'none' | 'all';
}

/**
 * A file system in memory that keeps only what POSIX promises to keep: for tests of what a crash may leave.
 *
 * It loses power before its `operations`-th changing operation, counted from the last `powerOn`.
 */
export class CrashingFolder implements MemoryFolder {
  private durableNames = new Map<string, Inode>();
  private names = new Map<string, Inode>();
  private pendingNames: NameChange[] = [];
  private left = Number.POSITIVE_INFINITY;
  /** changing operations since the last `powerOn` */
  operations = 0;

  /** Brings the folder back with what survived, to lose power again before one more than `operations` operations. */
  powerOn(survival: Survival, operations = Number.POSITIVE_INFINITY): this {
    if (survival.names === 'all') for (const change of this.pendingNames) change(this.durableNames);
    this.names = new Map(this.durableNames);
    this.pendingNames = [];
    for (const inode of this.names.values()) settle(inode, survival.writes);
    this.left = operations;
    this.operations = 0;
    return this;
  }

  /** An independent copy of what is on the disk once everything is flushed. */
  clone(): CrashingFolder {
    const copy = new CrashingFolder();
    for (const [name, inode] of this.names) {
      const content = current(inode);
      copy.durableNames.set(name, { durable: Buffer.from(content), pending: [], lastLength: 0 });
    }
    copy.names = new Map(copy.durableNames);
    return copy;
  }

  /** Puts a file there, flushed. */
  place(name: string, content: Uint8Array): void {
    const inode: Inode = { durable: Buffer.from(content), pending: [], lastLength: 0 };
    this.names.set(name, inode);
    this.durableNames.set(name, inode);
  }

  async list(): Promise<readonly string[]> {
    return [...this.names.keys()];
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    const inode = this.names.get(name);
    return inode === undefined ? undefined : Buffer.from(current(inode));
  }

  async open(name: string): Promise<MemoryFile> {
    const inode = this.names.get(name);
    if (inode === undefined) throw new Error(`no file ${name}`);
    return this.file(inode);
  }

  async create(name: string): Promise<MemoryFile> {
    this.step();
    const inode: Inode = { durable: Buffer.alloc(0), pending: [], lastLength: 0 };
    this.changeNames((names) => names.set(name, inode));
    return this.file(inode);
  }

  async createExclusively(name: string): Promise<boolean> {
    if (this.names.has(name)) return false;
    await this.create(name);
    return true;
  }

  async rename(from: string, to: string): Promise<void> {
    this.step();
    this.changeNames((names) => {
      const inode = names.get(from);
      if (inode === undefined) return;
      names.delete(from);
      names.set(to, inode);
    });
  }

  async remove(name: string): Promise<void> {
    if (!this.names.has(name)) return;
    this.step();
    this.changeNames((names) => names.delete(name));
  }

  async syncFolder(): Promise<void> {
    this.step();
    for (const change of this.pendingNames) change(this.durableNames);
    this.pendingNames = [];
  }

  private file(inode: Inode): MemoryFile {
    return {
      write: async (octets, position) => {
        this.step();
        const written = Buffer.from(octets);
        inode.pending.push((content) => overwritten(content, written, position));
        inode.cutLast = (content, count) => overwritten(content, written.subarray(0, count), position);
        inode.lastLength = written.length;
      },
      truncate: async (length) => {
        this.step();
        inode.pending.push((content) => content.subarray(0, length));
        delete inode.cutLast;
      },
      sync: async () => {
        this.step();
        settle(inode, 'all');
      },
      close: async () => {},
    };
  }

  private changeNames(change: NameChange): void {
    change(this.names);
    this.pendingNames.push(change);
  }

  private step(): void {
    if (this.left-- <= 0) throw new PowerLoss('power lost');
    this.operations += 1;
  }
}

function current(inode: Inode): Buffer {
  return inode.pending.reduce((content, write) => write(content), inode.durable);
}

function settle(inode: Inode, survival: Survival['writes']): void {
  if (survival === 'all') {
    inode.durable = current(inode);
  } else if (survival !== 'none' && inode.cutLast !== undefined) {
    const before = inode.pending.slice(0, -1).reduce((content, write) => write(content), inode.durable);
    inode.durable = inode.cutLast(before, survival.octets);
  }
  inode.pending = [];
  delete inode.cutLast;
}

function overwritten(content: Buffer, octets: Buffer, position: number): Buffer {
  const out = Buffer.alloc(Math.max(content.length, position + octets.length));
  content.copy(out);
  octets.copy(out, position);
  return out;
}
