import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '../migrations/migrate.ts';
import { readMigrations } from '../migrations/migration-files.ts';

/** An empty, migrated database of one test suite. */
export interface TestDatabase {
  readonly url: string;
  /** Remove it, whoever is still connected. */
  drop(): Promise<void>;
}

/**
 * Make a database of its own for a test suite. The migrations run once for all suites of a server, into a template
 * named for their content, of which every database is a copy.
 *
 * @param migrations folder of the migrations; without it the database is empty.
 * @throws Error outside `npx nx test`, or jest with the configuration of this repository, which start the server.
 */
export async function createTestDatabase(migrations?: string): Promise<TestDatabase> {
  const serverUrl = process.env.TEGATA_TEST_POSTGRES;
  if (!serverUrl)
    throw new Error('TEGATA_TEST_POSTGRES is not set: jest starts Postgres for the projects that need it');
  const name = `test_${randomBytes(8).toString('hex')}`;
  const template = migrations === undefined ? 'template0' : await ensureTemplate(serverUrl, migrations);
  await onServer(serverUrl, (server) => server.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  return {
    url: databaseUrl(serverUrl, name),
    drop: () => onServer(serverUrl, (server) => server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

/** The template with these migrations; whoever comes first makes it, the others wait. */
async function ensureTemplate(serverUrl: string, folder: string): Promise<string> {
  const digest = createHash('sha256');
  for (const { name, checksum } of await readMigrations(folder)) digest.update(`${name} ${checksum}\n`);
  const hash = digest.digest();
  const template = `template_${hash.toString('hex', 0, 8)}`;
  await onServer(serverUrl, async (server) => {
    const { rowCount } = await server.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (rowCount !== 0) return;
    await server.query('SELECT pg_advisory_lock($1)', [hash.readBigInt64BE(8).toString()]);
    await makeTemplate(server, serverUrl, template, folder);
  });
  return template;
}

async function makeTemplate(server: pg.Client, serverUrl: string, template: string, folder: string): Promise<void> {
  const { rowCount } = await server.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
  if (rowCount !== 0) return;
  // Under another name until it is complete: a killed maker leaves no half template behind.
  const making = `making_${template}_${randomBytes(4).toString('hex')}`;
  await server.query(`CREATE DATABASE ${making} TEMPLATE template0`);
  try {
    await migrate(databaseUrl(serverUrl, making), folder);
    // A database can only be copied while nobody is connected to it.
    await server.query(`ALTER DATABASE ${making} WITH ALLOW_CONNECTIONS false`);
    await server.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
      [making],
    );
    await server.query(`ALTER DATABASE ${making} RENAME TO ${template}`);
  } catch (error) {
    await server.query(`DROP DATABASE IF EXISTS ${making} WITH (FORCE)`);
    throw error;
  }
}

async function onServer(serverUrl: string, work: (server: pg.Client) => Promise<unknown>): Promise<void> {
  const server = new pg.Client({ connectionString: serverUrl });
  await server.connect();
  try {
    await work(server);
  } finally {
    await server.end();
  }
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
