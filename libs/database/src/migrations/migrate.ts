import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { connectionSettings } from '../connection-settings.ts';
import { databaseErrorOf, rethrowDatabaseError } from '../error-mapping.ts';
import { MigrationError } from './migration-error.ts';
import { type Migration, matchesChecksum, readMigrations } from './migration-files.ts';

/** The advisory lock that `prisma migrate` takes, too. */
const PRISMA_LOCK = 72_707_369;

/** The table that `prisma migrate` keeps, as it makes it. */
const MIGRATIONS_TABLE = `
CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

export interface MigrateOptions {
  /** Longest time to wait for another process that migrates the same database. Default 60 s. */
  readonly lockTimeoutMs?: number;
}

export interface MigrateOutcome {
  /** Names of the migrations applied now, in order. */
  readonly applied: readonly string[];
  /** Names of migrations that the database has and the folder has not: a later release has been here. */
  readonly ahead: readonly string[];
}

interface Recorded {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

/**
 * Bring a database to the schema of this release, before a server starts to serve. Any number of replicas may do so at
 * once: one does the work. Interchangeable with `prisma migrate deploy`: same table, checksums and lock.
 *
 * Each file is one transaction together with its record, so that a migration has happened completely or not at all; a
 * file may therefore hold nothing that Postgres refuses in a transaction, like `CREATE INDEX CONCURRENTLY`.
 *
 * @param url connection string of a user who may change the schema.
 * @param folder `prisma/migrations` of the server.
 * @throws MigrationError, or DatabaseError when the database cannot be reached.
 */
export async function migrate(
  url: string,
  folder: string,
  { lockTimeoutMs = 60_000 }: MigrateOptions = {},
): Promise<MigrateOutcome> {
  const migrations = await readMigrations(folder);
  const settings = connectionSettings({ url, applicationName: 'tegata-migrate', lockTimeoutMs });
  // Changing a large table takes its time.
  const client = new pg.Client({ ...settings, statement_timeout: 0, idle_in_transaction_session_timeout: 0 });
  client.on('error', () => {});
  await client.connect().catch(rethrowDatabaseError);
  try {
    // Held until the connection is closed, also when this process is killed.
    await lock(client);
    return await applyMissing(client, migrations);
  } finally {
    await client.end().catch(() => {});
  }
}

async function lock(client: pg.Client): Promise<void> {
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]);
  } catch (error) {
    if (databaseErrorOf(error)?.code !== 'LOCK_TIMEOUT') rethrowDatabaseError(error);
    throw new MigrationError('MIGRATION_LOCKED', 'another process has been migrating this database for too long');
  }
}

async function applyMissing(client: pg.Client, migrations: readonly Migration[]): Promise<MigrateOutcome> {
  await client.query(MIGRATIONS_TABLE).catch(rethrowDatabaseError);
  const { rows } = await client
    .query<Recorded>(
      'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
    )
    .catch(rethrowDatabaseError);
  for (const { migration_name: name, finished_at } of rows) {
    if (finished_at === null) {
      const advice = 'see `prisma migrate resolve`';
      throw new MigrationError('MIGRATION_INCOMPLETE', `migration ${name} was not finished: ${advice}`, name);
    }
  }
  const recorded = new Map(rows.map((row) => [row.migration_name, row]));
  const applied: string[] = [];
  for (const migration of migrations) {
    const record = recorded.get(migration.name);
    recorded.delete(migration.name);
    if (record === undefined) {
      await apply(client, migration);
      applied.push(migration.name);
    } else if (!matchesChecksum(migration, record.checksum)) {
      throw new MigrationError(
        'MIGRATION_EDITED',
        `migration ${migration.name} was edited after it had been applied: write a new one instead`,
        migration.name,
      );
    }
  }
  return { applied, ahead: [...recorded.keys()] };
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN').catch(rethrowDatabaseError);
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    // The words of the server are about the schema here, and who migrates needs them.
    const said = error instanceof pg.DatabaseError ? error.message : 'the connection broke';
    throw new MigrationError('MIGRATION_FAILED', `migration ${name} failed: ${said}`, name, {
      cause: databaseErrorOf(error),
    });
  }
}
