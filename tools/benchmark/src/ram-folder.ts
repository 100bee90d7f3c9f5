import type { MemoryFile, MemoryFolder } from '@tegata/euicc';

/**
 * Folder of an eUICC's memory that is gone with the process: what a benchmark of servers needs of a card, without the
 * flushes of a disk that many cards would fight for.
 */
export function ramFolder(): MemoryFolder {
  const files = new Map<string, RamFile>();
  const existing = (name: string): RamFile => {
    const file = files.get(name);
    if (file === undefined) throw Object.assign(new Error(`no file ${name}`), { code: 'ENOENT' });
    return file;
  };
  const create = (name: string): RamFile => {
    const file = new RamFile();
    files.set(name, file);
    return file;
  };
  return {
    list: async () => [...files.keys()],
    read: async (name) => files.get(name)?.octets,
    open: async (name) => existing(name),
    create: async (name) => create(name),
    createExclusively: async (name) => {
      if (files.has(name)) return false;
      create(name);
      return true;
    },
    rename: async (from, to) => {
      files.set(to, existing(from));
      files.delete(from);
    },
    remove: async (name) => {
      files.delete(name);
    },
    syncFolder: async () => {},
  };
}

class RamFile implements MemoryFile {
  private room = Buffer.alloc(4096);
  private length = 0;

  get octets(): Uint8Array {
    return this.room.subarray(0, this.length);
  }

  async write(octets: Uint8Array, position: number): Promise<void> {
    const end = position + octets.length;
    if (end > this.room.length) {
      const larger = Buffer.alloc(Math.max(end, 2 * this.room.length));
      this.room.copy(larger, 0, 0, this.length);
      this.room = larger;
    }
    this.room.set(octets, position);
    this.length = Math.max(this.length, end);
  }

  async truncate(length: number): Promise<void> {
    this.room.fill(0, Math.min(length, this.length), this.length);
    this.length = length;
  }

  async sync(): Promise<void> {}

  async close(): Promise<void> {}
}
