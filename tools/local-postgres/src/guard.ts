import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { PostgresBinaries } from './binaries.ts';
import { clusterIn } from './cluster.ts';
import { commandLine, type Unprivileged } from './unprivileged.ts';

// Reads until the pipe from the guarded process ends, which also happens when that process is killed.
const SCRIPT = `directory=$1; shift
while read -r _; do :; done
"$@"
if [ -n "$directory" ]; then rm -rf -- "$directory"; fi`;

/** Ends a server when the process that started it is gone. */
export interface Guard {
  /** The server was stopped in order: do nothing any more. */
  disarm(): void;
}

/**
 * Start a guard: a shell that waits for this process to end, however it ends, and then stops the server in `dir`
 * (and removes `dir` when `remove` is set). It neither keeps this process alive nor dies with its terminal.
 *
 * There is none on Windows, where a killed process leaves its server behind for the next start to reuse.
 */
export function guardServer(dir: string, remove: boolean, binaries: PostgresBinaries, how: Unprivileged): Guard {
  if (process.platform === 'win32') return { disarm: () => {} };
  const mode = remove ? 'immediate' : 'fast';
  const stop = commandLine(how, binaries.pg_ctl, ['-D', clusterIn(dir).data, '-m', mode, '-w', 'stop']);
  const child: ChildProcess = spawn(
    '/bin/sh',
    ['-c', SCRIPT, 'tegata-postgres-guard', remove ? clusterIn(dir).dir : '', stop.file, ...stop.args],
    { ...stop.ids, cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  child.on('error', () => {});
  child.unref();
  // A pipe to a child is a socket in Node, which would keep this process alive.
  if (child.stdin instanceof Socket) child.stdin.unref();
  return {
    disarm: () => {
      child.kill('SIGKILL');
    },
  };
}
