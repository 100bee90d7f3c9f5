import { spawn, spawnSync } from 'node:child_process';
import { chownSync, lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';

const NOBODY = 65534;

/** How a program is run that refuses to run as root. */
export interface Unprivileged {
  readonly kind: 'self' | 'namespace' | 'nobody';
  /** Words put before the program's own command line. */
  readonly prefix: readonly string[];
  /** User that the program runs as and that must own its files, when the caller has to switch to it. */
  readonly uid?: number;
  /** Owner of the files seen from outside; only root can and must take care of it. */
  readonly owner?: number;
}

/** As an ordinary user nothing is special. */
export const asSelf: Unprivileged = { kind: 'self', prefix: [] };

/**
 * A user namespace in which root is called nobody: Postgres sees a user that is not root, while its files stay root's
 * and reachable even below a home directory that only root may enter. Nothing on the host changes.
 */
export const inNamespace: Unprivileged = {
  kind: 'namespace',
  prefix: ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--'],
  owner: 0,
};

/** The user nobody itself, where namespaces are forbidden; it must be able to read the checkout. */
export const asNobody: Unprivileged = { kind: 'nobody', prefix: [], uid: NOBODY, owner: NOBODY };

/** Choose the way for this process. */
export function unprivileged(): Unprivileged {
  if (process.getuid?.() !== 0) return asSelf;
  const [unshare, ...rest] = inNamespace.prefix;
  if (unshare !== undefined && spawnSync(unshare, [...rest, 'true']).status === 0) return inNamespace;
  return asNobody;
}

/** Command line and spawn options that run `program` this way. */
export function commandLine(how: Unprivileged, program: string, args: readonly string[]) {
  const [file = program, ...rest] = [...how.prefix, program, ...args];
  return { file, args: rest, ids: how.uid === undefined ? {} : { uid: how.uid, gid: how.uid } };
}

/** Outcome of a program that has ended; `output` is what it wrote, at most. */
export interface Finished {
  readonly status: number | null;
  readonly output: string;
}

/**
 * Run a program to its end.
 *
 * With `keepOutput: false` its output is dropped: a server that the program leaves behind inherits the pipes, and
 * waiting for their end would be waiting for the server's.
 */
export function run(
  how: Unprivileged,
  program: string,
  args: readonly string[],
  { keepOutput = true }: { keepOutput?: boolean } = {},
): Promise<Finished> {
  const { file, args: words, ids } = commandLine(how, program, args);
  return new Promise((resolve) => {
    const sink = keepOutput ? 'pipe' : 'ignore';
    const child = spawn(file, words, { ...ids, env: postgresEnvironment(), stdio: ['ignore', sink, sink] });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString('utf8');
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('error', (error) => resolve({ status: null, output: error.message }));
    child.once('close', (status) => resolve({ status, output }));
  });
}

/** The caller's environment without libpq's variables, which would redirect a server that is nobody else's. */
function postgresEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^PG[A-Z]/.test(name) && !name.startsWith('LC_'));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}

/** Give a directory that an earlier start left to another owner to the one who runs Postgres now (root only). */
export function adopt(how: Unprivileged, path: string): void {
  if (how.owner === undefined) return;
  const stats = lstatSync(path);
  if (stats.uid !== how.owner) chownTree(path, stats, how.owner);
}

function chownTree(path: string, stats: Stats, owner: number): void {
  if (stats.isSymbolicLink()) return;
  chownSync(path, owner, owner);
  if (!stats.isDirectory()) return;
  for (const name of readdirSync(path)) {
    const child = join(path, name);
    chownTree(child, lstatSync(child), owner);
  }
}
