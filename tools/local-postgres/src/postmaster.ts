import { linkSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type Cluster, SUPERUSER } from './cluster.ts';
import { LocalPostgresError } from './local-postgres-error.ts';
import { isAlive, programOf } from './process-table.ts';

/** What Postgres writes to `postmaster.pid` when it starts. */
export interface PidFile {
  readonly pid: number;
  /** Data directory the server was started in. */
  readonly data: string;
  /** TCP port; `undefined` in the first moments of a start. */
  readonly port: number | undefined;
  /** The file as read. */
  readonly text: string;
}

/** What is known about the server of a cluster. */
export type ServerState =
  | { readonly kind: 'stopped' }
  /** Coming up or going down: a Postgres process, which does not answer yet. */
  | { readonly kind: 'changing'; readonly pid: number }
  | { readonly kind: 'running'; readonly pid: number; readonly port: number };

/** Read the pid file of a data directory; `undefined` when there is none, or it is being written. */
export function readPidFile(data: string): PidFile | undefined {
  let text: string;
  try {
    text = readFileSync(join(data, 'postmaster.pid'), 'utf8');
  } catch {
    return undefined;
  }
  const [pid, directory, , port] = text.split('\n');
  if (!pid || !directory) return undefined;
  return { pid: Number(pid), data: directory, port: port ? Number(port) : undefined, text };
}

/** Connection string of the superuser for one database of a cluster. */
export function connectionString(cluster: Cluster, port: number, database = 'postgres'): string {
  return `postgresql://${SUPERUSER}:${encodeURIComponent(cluster.password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/**
 * Find the server of this very cluster.
 *
 * A pid file proves little: it is copied with the directory, and process ids and ports are used again. So the server
 * is asked for its data directory. A pid file that belongs to no server of this directory, and that would keep
 * Postgres from starting, is put out of the way.
 *
 * @throws LocalPostgresError `DIRECTORY_MOVED` when the directory was renamed under its running server.
 */
export async function inspect(cluster: Cluster): Promise<ServerState> {
  const file = readPidFile(cluster.data);
  if (file === undefined) return { kind: 'stopped' };
  const answered = file.port === undefined ? undefined : await dataDirectoryOf(cluster, file.port);
  if (answered !== undefined && file.port !== undefined) {
    const served = realPath(answered);
    if (served === realPath(cluster.data)) return { kind: 'running', pid: file.pid, port: file.port };
    if (served === undefined) {
      throw new LocalPostgresError(
        'DIRECTORY_MOVED',
        `the Postgres of ${cluster.data} was started as ${answered}, which is gone: stop process ${file.pid} first`,
      );
    }
  }
  const sameDirectory = realPath(file.data) === realPath(cluster.data);
  if (sameDirectory && isAlive(file.pid) && isPostgres(file.pid)) return { kind: 'changing', pid: file.pid };
  // Postgres itself clears the file of a process that has ended; one whose number is in use again it would trust.
  if (isAlive(file.pid)) putAway(cluster, file);
  return { kind: 'stopped' };
}

/** Ask the server at `port` for its data directory; `undefined` when none answers to this cluster's password. */
async function dataDirectoryOf(cluster: Cluster, port: number): Promise<string | undefined> {
  const client = new pg.Client({
    connectionString: connectionString(cluster, port),
    ssl: false,
    connectionTimeoutMillis: 5_000,
    application_name: 'tegata-local-postgres',
  });
  // A server that goes away in between must not become an uncaught error.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return rows[0]?.data_directory;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
}

function isPostgres(pid: number): boolean {
  return /^postgres/.test(programOf(pid) ?? '');
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** Move a foreign pid file away, unless a server of this directory has just written its own over it. */
function putAway(cluster: Cluster, stale: PidFile): void {
  const place = join(cluster.data, 'postmaster.pid');
  const aside = join(cluster.dir, `stale-${process.pid}.pid`);
  try {
    renameSync(place, aside);
  } catch {
    return; // somebody else did
  }
  if (readFileSync(aside, 'utf8') !== stale.text) linkSync(aside, place);
  rmSync(aside, { force: true });
}
