import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Database, migrate } from '@tegata/database';
import { createTestDatabase, type TestDatabase } from '@tegata/database/testing';
import { acquireTestServer, type TestServer } from '@tegata/local-postgres';
import { differenceOf } from './migrations/difference.ts';
import { newMigration } from './migrations/new-migration.ts';
import { prisma } from './prisma-cli.ts';

const workspace = fileURLToPath(new URL('../../..', import.meta.url));
const SCHEMA = `
generator client {
  provider = "prisma-client"
  output   = "../generated"
}
datasource db {
  provider = "postgresql"
}
enum State {
  APPLIED
  INSTALLED
}
model Contract {
  id    String   @id @db.Uuid
  state State    @default(APPLIED)
  at    DateTime @default(now()) @db.Timestamptz(3)
  @@index([state])
}
`;
const FUNCTION = `
CREATE FUNCTION announce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('contract', NEW.id::text); RETURN NULL; END;
$$;
CREATE TRIGGER announce AFTER UPDATE ON "Contract" FOR EACH ROW EXECUTE FUNCTION announce();
`;

describe('migrations, by Prisma and by the servers themselves', () => {
  let server: TestServer;
  const tests: TestDatabase[] = [];
  let app: string;
  let first: string;
  const emptyDatabase = async () => {
    const test = await createTestDatabase();
    tests.push(test);
    return test;
  };
  const run = (databaseUrl: string, ...words: string[]) => prisma(words, { cwd: app, databaseUrl });
  /** What it writes to standard output; what it says of a failure is thrown. */
  const written = async (databaseUrl: string, ...words: string[]) => {
    const { status, stdout, stderr } = await run(databaseUrl, ...words);
    if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}${stdout}`);
    return stdout;
  };
  const records = async (url: string) => {
    const database = new Database({ url, applicationName: 'spec' });
    const rows = await database.query('SELECT migration_name, checksum FROM _prisma_migrations ORDER BY 1');
    await database.close();
    return rows;
  };
  const write = (name: string, sql: string) => {
    const folder = join(app, 'prisma', 'migrations', name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'migration.sql'), sql);
    return () => rmSync(folder, { recursive: true });
  };

  beforeAll(async () => {
    server = await acquireTestServer();
    process.env.TEGATA_TEST_POSTGRES = server.url;
    mkdirSync(join(workspace, '.data'), { recursive: true });
    app = mkdtempSync(join(workspace, '.data', 'prisma-spec-'));
    mkdirSync(join(app, 'prisma', 'migrations'), { recursive: true });
    writeFileSync(
      join(app, 'prisma.config.ts'),
      `export default { schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' },
        datasource: { url: process.env.DATABASE_URL } };`,
    );
    writeFileSync(join(app, 'prisma', 'migrations', 'migration_lock.toml'), 'provider = "postgresql"\n');
    writeFileSync(join(app, 'prisma', 'schema.prisma'), SCHEMA);
    const now = new Date('2026-02-03T04:05:06Z');
    first = (await newMigration({ app, name: 'initial', serverUrl: server.url, now })) ?? '';
    write('20260203040507_function', FUNCTION);
  });

  afterAll(async () => {
    rmSync(app, { recursive: true, force: true });
    await Promise.all(tests.map((test) => test.drop()));
    await server.release();
  });

  it('are written from the schema, and make it', async () => {
    expect(basename(dirname(first))).toBe('20260203040506_initial');
    expect(readFileSync(first, 'utf8')).toMatch(/^-- CreateEnum.*CREATE TABLE "Contract".*CREATE INDEX/s);
    const again = await newMigration({ app, name: 'again', serverUrl: server.url, now: new Date() });
    expect(again).toBeUndefined();
    const names = (name: string) => newMigration({ app, name, serverUrl: server.url, now: new Date() });
    await expect(names('../elsewhere')).rejects.toThrow('lower_snake_case');
  });

  it('are found missing when the schema has gone on without them, or has mistakes', async () => {
    const file = join(app, 'prisma', 'schema.prisma');
    writeFileSync(file, SCHEMA.replace('@@index', 'eid String?\n @@index'));
    expect((await differenceOf(app, server.url)).sql).toContain('ADD COLUMN     "eid" TEXT');
    writeFileSync(file, SCHEMA.replace('DateTime', 'Nonsense'));
    await expect(differenceOf(app, server.url)).rejects.toThrow(/Nonsense/);
    writeFileSync(file, SCHEMA);
  });

  it('applied by a server count as applied for Prisma, and the other way round', async () => {
    const { url: byServer } = await emptyDatabase();
    const { url: byPrisma, drop } = await emptyDatabase();
    // Prisma makes the database itself.
    await drop();
    const { applied } = await migrate(byServer, join(app, 'prisma', 'migrations'));
    const [status, deployed] = await Promise.all([
      written(byServer, 'migrate', 'status'),
      written(byPrisma, 'migrate', 'deploy'),
    ]);
    expect(status).toContain('Database schema is up to date!');
    expect(deployed).toContain('20260203040507_function');
    expect((await migrate(byPrisma, join(app, 'prisma', 'migrations'))).applied).toEqual([]);
    expect(await records(byPrisma)).toEqual(await records(byServer));
    expect(applied).toEqual(['20260203040506_initial', '20260203040507_function']);
  });

  it('that Prisma could not finish stop a server, until a person has decided', async () => {
    const { url } = await emptyDatabase();
    const remove = write('20260203040508_wrong', 'SELECT nothing;');
    const deployed = await run(url, 'migrate', 'deploy');
    expect(deployed).toMatchObject({ status: 1, stderr: expect.stringContaining('nothing') });
    const folder = join(app, 'prisma', 'migrations');
    await expect(migrate(url, folder)).rejects.toMatchObject({ code: 'MIGRATION_INCOMPLETE' });
    const resolved = await run(url, 'migrate', 'resolve', '--rolled-back', '20260203040508_wrong');
    expect(resolved.status).toBe(0);
    remove();
    expect(await migrate(url, folder)).toEqual({ applied: [], ahead: [] });
  });

  it('need nothing from the network to validate their schema', async () => {
    expect(await prisma(['validate'], { cwd: app, databaseUrl: '' })).toMatchObject({ status: 0 });
  });
});
