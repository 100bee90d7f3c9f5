import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The operations of a file system that the memory is built on, within one folder. Names are plain file names.
 *
 * What the memory relies on is what POSIX gives: octets are durable after `sync` of their file, names after `syncFolder`,
 * and a rename takes place as a whole or not at all. Before that, a crash may keep or lose any of it.
 */
export interface MemoryFolder {
  /** Names of the files in the folder. */
  list(): Promise<readonly string[]>;
  /** The whole file, or undefined when there is none. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Opens an existing file for writing. */
  open(name: string): Promise<MemoryFile>;
  /** Makes an empty file, in place of an existing one. */
  create(name: string): Promise<MemoryFile>;
  /** Makes an empty file; false when there is one of that name already. */
  createExclusively(name: string): Promise<boolean>;
  rename(from: string, to: string): Promise<void>;
  /** Removes the file if there is one. */
  remove(name: string): Promise<void>;
  syncFolder(): Promise<void>;
}

/** An open file. */
export interface MemoryFile {
  /** Writes all of `octets` at `position`. */
  write(octets: Uint8Array, position: number): Promise<void>;
  truncate(length: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The folder at `path`, made when it does not exist. Only its owner may look into it: it holds the keys of the eUICC. */
export async function openMemoryFolder(path: string): Promise<MemoryFolder> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const at = (name: string): string => join(path, name);
  return {
    list: () => readdir(path),
    read: async (name) => {
      try {
        return await readFile(at(name));
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return undefined;
        throw error;
      }
    },
    open: async (name) => memoryFile(await open(at(name), 'r+')),
    create: async (name) => memoryFile(await open(at(name), 'w', 0o600)),
    createExclusively: async (name) => {
      try {
        await (await open(at(name), 'wx', 0o600)).close();
        return true;
      } catch (error) {
        if (hasCode(error, 'EEXIST')) return false;
        throw error;
      }
    },
    rename: (from, to) => rename(at(from), at(to)),
    remove: (name) => rm(at(name), { force: true }),
    syncFolder: async () => {
      const folder = await open(path, 'r');
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    },
  };
}

function memoryFile(handle: FileHandle): MemoryFile {
  return {
    write: async (octets, position) => {
      for (let done = 0; done < octets.length; ) {
        const { bytesWritten } = await handle.write(octets, done, octets.length - done, position + done);
        done += bytesWritten;
      }
    },
    truncate: (length) => handle.truncate(length),
    // Data and, because the file grew, its length: all that reading it back needs.
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
}

/** Whether a failed system call says this. (Not by class: a caller may run in a realm of its own, as tests do.) */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
