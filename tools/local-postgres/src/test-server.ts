import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalPostgres, stopLocalPostgres } from './local-postgres.ts';
import { isAlive } from './process-table.ts';

const PREFIX = 'tegata-postgres-';
const OWNER = 'owner.json';

interface Owner {
  readonly pid: number;
  readonly host: string;
}

/** A server for tests. */
export interface TestServer {
  /** Connection string of a user who may create databases. */
  readonly url: string;
  /** Whether this call started it. */
  readonly started: boolean;
  /** Stop it and remove its files, if this call started it. */
  release(): Promise<void>;
}

/**
 * A server for the tests of this process and its children: the one named by TEGATA_TEST_POSTGRES or DATABASE_URL, or a
 * new one in a temporary directory that ends with this process and makes no promise to survive a crash.
 */
export async function acquireTestServer(env: NodeJS.ProcessEnv = process.env): Promise<TestServer> {
  const given = env.TEGATA_TEST_POSTGRES || env.DATABASE_URL;
  if (given) return { url: given, started: false, release: async () => {} };
  await removeOrphans();
  const dir = mkdtempSync(join(tmpdir(), PREFIX));
  writeFileSync(join(dir, OWNER), JSON.stringify({ pid: process.pid, host: hostname() } satisfies Owner));
  const server = await startLocalPostgres({ dir, durability: 'discarded', lifetime: 'process', temporary: true });
  return { url: server.url, started: true, release: () => server.stop() };
}

/**
 * Stop and remove the test servers of processes that are gone. Their guards do that at once; this is for servers whose
 * guard was killed too. Another machine's or container's directories on a shared disk are left alone.
 */
export async function removeOrphans(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const dir = join(tmpdir(), name);
    const owner = readOwner(dir);
    if (owner === undefined || owner.host !== hostname() || isAlive(owner.pid)) continue;
    await stopLocalPostgres(dir).catch(() => {});
    rmSync(dir, { recursive: true, force: true });
  }
}

function readOwner(dir: string): Owner | undefined {
  const file = join(dir, OWNER);
  try {
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Owner) : undefined;
  } catch {
    return undefined; // another user's
  }
}
