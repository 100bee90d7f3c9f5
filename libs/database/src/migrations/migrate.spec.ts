import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Database } from '../database.ts';
import { createTestDatabase, type TestDatabase } from '../testing/index.ts';
import { migrate } from './migrate.ts';
import { migrationsFolder } from './migration-files.ts';

const TABLE = '20260101000000_contract';
const FUNCTION = '20260102000000_function';

describe('migrating at the start of a server', () => {
  const root = mkdtempSync(join(tmpdir(), 'migrate-spec-'));
  let folder: string;
  let test: TestDatabase;
  let database: Database;

  const write = (name: string, sql: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'migration.sql'), sql);
  };
  const tables = async () => {
    const rows = await database.query<{ tablename: string }>(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_%' ORDER BY 1`,
    );
    return rows.map(({ tablename }) => tablename);
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(root, 'migrations-'));
    writeFileSync(join(folder, 'migration_lock.toml'), 'provider = "postgresql"\n');
    write(TABLE, 'CREATE TABLE contract (id int);\nCREATE INDEX ON contract (id);\n');
    write(FUNCTION, 'CREATE FUNCTION two() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN 2; END; $$;');
    test = await createTestDatabase();
    database = new Database({ url: test.url, applicationName: 'spec' });
  });

  afterEach(async () => {
    await database.close();
    await test.drop();
  });

  afterAll(() => rmSync(root, { recursive: true }));

  it('applies what is missing, in order, once', async () => {
    expect(await migrate(test.url, folder)).toEqual({ applied: [TABLE, FUNCTION], ahead: [] });
    expect(await migrate(test.url, folder)).toEqual({ applied: [], ahead: [] });
    write('20260103000000_event', 'CREATE TABLE event (id int)');
    expect(await migrate(test.url, folder)).toEqual({ applied: ['20260103000000_event'], ahead: [] });
    expect(await tables()).toEqual(['contract', 'event']);
    expect(await database.query('SELECT two()')).toEqual([{ two: 2 }]);
  });

  it('is done by one of the replicas that start together', async () => {
    const outcomes = await Promise.all([1, 2, 3].map(() => migrate(test.url, folder)));
    expect(outcomes.flatMap(({ applied }) => applied)).toEqual([TABLE, FUNCTION]);
  });

  it('leaves nothing of a migration that fails, and goes on when it is corrected', async () => {
    write('20260103000000_event', 'CREATE TABLE event (id int); INSERT INTO nowhere VALUES (1);');
    await expect(migrate(test.url, folder)).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      migration: '20260103000000_event',
      message: 'migration 20260103000000_event failed: relation "nowhere" does not exist',
    });
    expect(await tables()).toEqual(['contract']);
    write('20260103000000_event', 'CREATE TABLE event (id int);');
    expect((await migrate(test.url, folder)).applied).toEqual(['20260103000000_event']);
  });

  it('refuses a migration that was edited afterwards, but not one with other line ends', async () => {
    await migrate(test.url, folder);
    write(TABLE, 'CREATE TABLE contract (id int);\r\nCREATE INDEX ON contract (id);\r\n');
    expect((await migrate(test.url, folder)).applied).toEqual([]);
    write(TABLE, 'CREATE TABLE contract (id bigint);');
    await expect(migrate(test.url, folder)).rejects.toMatchObject({ code: 'MIGRATION_EDITED', migration: TABLE });
  });

  it('says that a later release has been here, and lets an earlier one start', async () => {
    await migrate(test.url, folder);
    rmSync(join(folder, FUNCTION), { recursive: true });
    expect(await migrate(test.url, folder)).toEqual({ applied: [], ahead: [FUNCTION] });
  });

  it("asks for a person when Prisma's own tool stopped half way", async () => {
    await migrate(test.url, folder);
    await database.change('UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = $1', [FUNCTION]);
    await expect(migrate(test.url, folder)).rejects.toMatchObject({
      code: 'MIGRATION_INCOMPLETE',
      migration: FUNCTION,
    });
    await database.change('UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL');
    await expect(migrate(test.url, folder)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
  });

  it('does not wait for ever for somebody else who migrates', async () => {
    await database.transaction(async (other) => {
      await other.query('SELECT pg_advisory_xact_lock(72707369)');
      const waiting = migrate(test.url, folder, { lockTimeoutMs: 50 });
      await expect(waiting).rejects.toMatchObject({ code: 'MIGRATION_LOCKED' });
    });
  });

  it('has nothing to do without migrations, and says so when there is no database', async () => {
    expect(await migrate(test.url, join(root, 'none'))).toEqual({ applied: [], ahead: [] });
    const nowhere = migrate('postgresql://127.0.0.1:1/none', folder);
    await expect(nowhere).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });

  it('finds the migrations beside a bundle and beside the sources', () => {
    const app = mkdtempSync(join(root, 'app-'));
    for (const path of ['src', 'dist/migrations', 'prisma/migrations']) mkdirSync(join(app, path), { recursive: true });
    const from = (path: string) => migrationsFolder(pathToFileURL(join(app, path)).href);
    expect(from('dist/main.js')).toBe(join(app, 'dist', 'migrations'));
    expect(from('src/main.ts')).toBe(join(app, 'prisma', 'migrations'));
  });
});
