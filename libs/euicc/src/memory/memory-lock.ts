import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { MemoryError } from './memory-error.ts';
import { hasCode, type MemoryFolder } from './memory-folder.ts';

/** What tells one process from every other: a process number alone is used again after its process has ended. */
export interface ProcessIdentity {
  /** name of the machine or container */
  readonly host: string;
  readonly pid: number;
  /** when the process began, in whatever unit the system has; `0` where it does not tell */
  readonly began: string;
}

/** The processes of this machine. */
export interface Processes {
  readonly self: ProcessIdentity;
  /** When the process with this number began, or undefined when there is none. */
  began(pid: number): string | undefined;
}

const PREFIX = 'lock';

/** Keeps every other process, and a second eUICC in this one, from the folder. */
export interface MemoryLock {
  release(): Promise<void>;
}

/**
 * Takes the folder, also from a process that ended without giving it back.
 *
 * Each contender first puts up a file named for itself, then looks for those of others. Of two that start at the same
 * moment at least one sees the other, so never both have the folder; at worst both are refused.
 *
 * @throws MemoryError `MEMORY_IN_USE`
 */
export async function lockMemory(folder: MemoryFolder, processes: Processes = ownProcesses()): Promise<MemoryLock> {
  const own = lockName(processes.self);
  const host = hostLabel(processes.self.host);
  if (!(await folder.createExclusively(own))) {
    throw new MemoryError('MEMORY_IN_USE', 'this process has the memory of the eUICC open already');
  }
  try {
    for (const name of await folder.list()) {
      if (name === own) continue;
      const owner = parseLockName(name);
      if (owner === undefined) continue;
      if (owner.host !== host) {
        throw new MemoryError(
          'MEMORY_IN_USE',
          `the memory of the eUICC is in use by process ${owner.pid} of ${owner.host}; if that one is gone, remove ${name}`,
        );
      }
      if (processes.began(owner.pid) === owner.began) {
        throw new MemoryError('MEMORY_IN_USE', `the memory of the eUICC is in use by process ${owner.pid}`);
      }
      await folder.remove(name);
    }
  } catch (error) {
    await folder.remove(own);
    throw error;
  }
  return { release: () => folder.remove(own) };
}

function lockName({ host, pid, began }: ProcessIdentity): string {
  return [PREFIX, pid, began, hostLabel(host)].join('.');
}

function hostLabel(host: string): string {
  return host.replace(/[^A-Za-z0-9-]/g, '-');
}

function parseLockName(name: string): ProcessIdentity | undefined {
  const [prefix, pid, began, host, ...rest] = name.split('.');
  if (prefix !== PREFIX || rest.length > 0 || began === undefined || host === undefined) return undefined;
  return { host, pid: Number(pid), began };
}

/** This machine's processes; when they began is known where there is a `/proc`. */
export function ownProcesses(): Processes {
  const began = (pid: number): string | undefined => {
    try {
      process.kill(pid, 0);
    } catch (error) {
      // EPERM: it lives, but is another user's.
      if (!hasCode(error, 'EPERM')) return undefined;
    }
    return startOf(pid);
  };
  return {
    self: { host: hostname(), pid: process.pid, began: startOf(process.pid) },
    began,
  };
}

/** Field 22 of `/proc/<pid>/stat`: clock ticks after the machine's start. The name before it may hold blanks. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch {
    return '0';
  }
}
