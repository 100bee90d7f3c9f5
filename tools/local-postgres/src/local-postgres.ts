import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { locateBinaries, type PostgresBinaries } from './binaries.ts';
import { type Cluster, type Durability, ensureCluster, openCluster } from './cluster.ts';
import { freePort } from './free-port.ts';
import { type Guard, guardServer } from './guard.ts';
import { LocalPostgresError } from './local-postgres-error.ts';
import { connectionString, inspect } from './postmaster.ts';
import { run, type Unprivileged, unprivileged } from './unprivileged.ts';

const START_ATTEMPTS = 5;
const CHANGE_DEADLINE_MS = 60_000;
const POLL_MS = 50;

export interface StartOptions {
  /** Directory of the cluster, made when it is not there. */
  readonly dir: string;
  /** `kept` (default) or `discarded`; only looked at when the cluster is made. */
  readonly durability?: Durability;
  /**
   * `detached` (default): the server goes on when this process ends, for the next one to reuse.
   * `process`: it ends with this process, however that ends.
   */
  readonly lifetime?: 'detached' | 'process';
  /** Remove `dir` too when the server ends with this process; for `lifetime: 'process'`. */
  readonly temporary?: boolean;
  /** TCP port; without it the port of the last time if it is free, or any free one. */
  readonly port?: number;
  /** How to run as an ordinary user; found out when it is not given. */
  readonly runAs?: Unprivileged;
}

/** A running server. */
export interface LocalPostgres {
  /** Connection string of the superuser for the database `postgres`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Whether the server was already running. */
  readonly reused: boolean;
  /** Stop the server, and wait until it has stopped; also when it was reused. */
  stop(): Promise<void>;
}

/**
 * Start the Postgres in a directory, or find it running. Any number of processes may do so at once: one of them
 * starts the server and all get the same one.
 *
 * @throws LocalPostgresError
 */
export async function startLocalPostgres(options: StartOptions): Promise<LocalPostgres> {
  const binaries = await locateBinaries();
  const how = options.runAs ?? unprivileged();
  const cluster = await ensureCluster(options.dir, options.durability ?? 'kept', binaries, how);
  let guard: Guard | undefined;
  const handle = (port: number, pid: number, reused: boolean): LocalPostgres => ({
    url: connectionString(cluster, port),
    port,
    pid,
    reused,
    stop: async () => {
      await stopServer(cluster, binaries, how);
      guard?.disarm();
      if (options.temporary) rmSync(cluster.dir, { recursive: true, force: true });
    },
  });
  let failure = '';
  let port = options.port ?? (await freePort(lastPort(cluster)));
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    const found = await settled(cluster);
    if (found !== undefined) return handle(found.port, found.pid, true);
    // Before the server, so that no moment is without a guard.
    if (options.lifetime === 'process') {
      guard ??= guardServer(cluster.dir, options.temporary ?? false, binaries, how);
    }
    failure = await tryStart(cluster, port, binaries, how);
    const state = await settled(cluster);
    if (state !== undefined) {
      const reused = failure !== '';
      // The server of another starter is not ours to end.
      if (reused) guard?.disarm();
      return handle(state.port, state.pid, reused);
    }
    port = options.port ?? (await freePort());
  }
  guard?.disarm();
  throw new LocalPostgresError('START_FAILED', `Postgres did not start in ${cluster.data}: ${failure}`);
}

/**
 * The running server of a directory.
 *
 * @returns `undefined` when there is no cluster, or its server does not run.
 */
export async function findLocalPostgres(dir: string): Promise<{ url: string; port: number; pid: number } | undefined> {
  const cluster = openCluster(dir);
  const state = cluster && (await settled(cluster));
  return cluster && state && { ...state, url: connectionString(cluster, state.port) };
}

/**
 * Stop the server of a directory and wait for its end. Only ever stops a server that says it serves this directory.
 *
 * @returns whether one was running.
 */
export async function stopLocalPostgres(dir: string): Promise<boolean> {
  const cluster = openCluster(dir);
  if (cluster === undefined) return false;
  return stopServer(cluster, await locateBinaries(), unprivileged());
}

async function stopServer(cluster: Cluster, binaries: PostgresBinaries, how: Unprivileged): Promise<boolean> {
  if ((await settled(cluster)) === undefined) return false;
  const stopped = await run(how, binaries.pg_ctl, ['-D', cluster.data, '-m', 'fast', '-w', 'stop']);
  if ((await inspect(cluster)).kind !== 'stopped') {
    throw new LocalPostgresError('STOP_FAILED', `Postgres did not stop: ${stopped.output.trim()}`);
  }
  return true;
}

/** Wait until a server that comes up or goes down has done so; `undefined` when it is stopped then. */
async function settled(cluster: Cluster): Promise<{ port: number; pid: number } | undefined> {
  const deadline = performance.now() + CHANGE_DEADLINE_MS;
  for (;;) {
    const state = await inspect(cluster);
    if (state.kind === 'running') return { port: state.port, pid: state.pid };
    if (state.kind === 'stopped') return undefined;
    if (performance.now() > deadline) {
      throw new LocalPostgresError(
        'START_FAILED',
        `Postgres process ${state.pid} does not answer: ${logSince(cluster, 0)}`,
      );
    }
    await delay(POLL_MS);
  }
}

/** Start the server once; returns what went wrong, empty when nothing did. */
async function tryStart(
  cluster: Cluster,
  port: number,
  binaries: PostgresBinaries,
  how: Unprivileged,
): Promise<string> {
  const logSize = sizeOf(cluster.log);
  const words = ['-D', cluster.data, '-l', cluster.log, '-o', `-p ${port}`, '-w', '-t', '60', '-s', 'start'];
  const { status } = await run(how, binaries.pg_ctl, words, { keepOutput: false });
  if (status === 0) return '';
  return logSince(cluster, logSize) || `pg_ctl ended with ${status}; can ${how.kind} read and write ${cluster.dir}?`;
}

/** The port of the last start, so that connection strings in a developer's tools stay good. */
function lastPort(cluster: Cluster): number | undefined {
  try {
    const port = /"-p" "(\d+)"/.exec(readFileSync(join(cluster.data, 'postmaster.opts'), 'utf8'))?.[1];
    return port === undefined ? undefined : Number(port);
  } catch {
    return undefined;
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function logSince(cluster: Cluster, offset: number): string {
  if (sizeOf(cluster.log) === 0) return '';
  const lines = readFileSync(cluster.log).subarray(offset).toString('utf8').trim().split('\n');
  return lines.slice(-8).join('\n');
}
