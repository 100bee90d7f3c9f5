import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLocalPostgres } from './local-postgres.ts';

/** Where a checkout keeps its local Postgres. */
export const DEFAULT_DIRECTORY = join(fileURLToPath(new URL('../../..', import.meta.url)), '.data', 'pg');

/** The server that programs of this checkout use. */
export interface ServerForDevelopment {
  /** Connection string for some database of the server. */
  readonly url: string;
  /** `given` by DATABASE_URL, or the local one, found running or just started. */
  readonly origin: 'given' | 'reused' | 'started';
}

/**
 * The server to develop against: the one DATABASE_URL names, or else the local one, started if need be. It goes on
 * running afterwards.
 *
 * @param dir directory of the local one; `.data/pg` in the checkout when not given.
 * @throws LocalPostgresError
 */
export async function postgresFor(
  env: NodeJS.ProcessEnv = process.env,
  dir: string = DEFAULT_DIRECTORY,
): Promise<ServerForDevelopment> {
  if (env.DATABASE_URL) return { url: env.DATABASE_URL, origin: 'given' };
  const { url, reused } = await startLocalPostgres({ dir });
  return { url, origin: reused ? 'reused' : 'started' };
}
