import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import type { PostgresBinaries } from './binaries.ts';
import { LocalPostgresError } from './local-postgres-error.ts';
import { isAlive } from './process-table.ts';
import { adopt, run, type Unprivileged } from './unprivileged.ts';

/** `kept`: survives a crash of the machine. `discarded`: fast, for data that nobody misses. */
export type Durability = 'kept' | 'discarded';

/** One directory with one database cluster in it. */
export interface Cluster {
  /** Directory of the supervisor: data, server log. */
  readonly dir: string;
  /** Postgres's data directory. */
  readonly data: string;
  readonly log: string;
  /** Password of the superuser `postgres`, made for this cluster. */
  readonly password: string;
}

export const SUPERUSER = 'postgres';
// Inside the data directory, so that one rename publishes both.
const PASSWORD_FILE = 'tegata.password';

const settings = (durability: Durability) => `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 64MB
# What people enter must not reach the server's log with a failed statement.
log_error_verbosity = terse
log_parameter_max_length_on_error = 0
log_min_error_statement = panic
${durability === 'discarded' ? 'fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n' : ''}`;

/** Name the files of the cluster in `dir`; it need not exist. */
export function clusterIn(dir: string): Omit<Cluster, 'password'> {
  const root = resolve(dir);
  return { dir: root, data: join(root, 'data'), log: join(root, 'server.log') };
}

/** The cluster in `dir`, or `undefined` when none was made there. */
export function openCluster(dir: string): Cluster | undefined {
  const files = clusterIn(dir);
  if (!existsSync(join(files.data, 'PG_VERSION'))) return undefined;
  return { ...files, password: readFileSync(join(files.data, PASSWORD_FILE), 'utf8').trim() };
}

/**
 * The cluster in `dir`, made when there is none.
 *
 * It is made in a directory of its own that is then renamed into place: a reader sees a complete cluster or none, a
 * killed maker leaves only rubbish behind, and of several makers the first wins.
 *
 * @throws LocalPostgresError `INIT_FAILED`
 */
export async function ensureCluster(
  dir: string,
  durability: Durability,
  binaries: PostgresBinaries,
  how: Unprivileged,
): Promise<Cluster> {
  const files = clusterIn(dir);
  mkdirSync(files.dir, { recursive: true });
  if (!existsSync(join(files.data, 'PG_VERSION'))) await makeCluster(files, durability, binaries, how);
  adopt(how, files.dir);
  adopt(how, files.data);
  const cluster = openCluster(dir);
  if (cluster === undefined) throw new LocalPostgresError('INIT_FAILED', `no database cluster in ${files.data}`);
  return cluster;
}

async function makeCluster(
  files: Omit<Cluster, 'password'>,
  durability: Durability,
  binaries: PostgresBinaries,
  how: Unprivileged,
): Promise<void> {
  removeRubbish(files.dir);
  const making = mkdtempSync(join(files.dir, `making-${process.pid}-`));
  try {
    const data = join(making, 'data');
    const passwordFile = join(making, PASSWORD_FILE);
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(passwordFile, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 });
    // Postgres's user has to get through every directory above, the supervisor's own included.
    adopt(how, files.dir);
    adopt(how, making);
    const arguments_ = ['-D', data, '-U', SUPERUSER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
    arguments_.push('-E', 'UTF8', '--locale=C', '--no-instructions');
    if (durability === 'discarded') arguments_.push('--no-sync');
    const made = await run(how, binaries.initdb, arguments_);
    if (made.status !== 0) throw new LocalPostgresError('INIT_FAILED', `initdb failed: ${made.output.trim()}`);
    renameSync(passwordFile, join(data, PASSWORD_FILE));
    appendFileSync(join(data, 'postgresql.conf'), settings(durability));
    publish(data, files.data);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

function publish(made: string, place: string): void {
  try {
    renameSync(made, place);
  } catch (error) {
    // Another process was first. A directory that holds something else is a mistake to report.
    if (!existsSync(join(place, 'PG_VERSION'))) throw error;
  }
}

/** Remove what killed makers left in `dir`. */
function removeRubbish(dir: string): void {
  for (const name of readdirSync(dir)) {
    const maker = /^making-(\d+)-/.exec(name)?.[1];
    if (maker === undefined || isAlive(Number(maker)) || !statSync(join(dir, name)).isDirectory()) continue;
    rmSync(join(dir, name), { recursive: true, force: true });
  }
}
