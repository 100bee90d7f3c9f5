import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../database.ts';
import { migrate } from '../migrations/migrate.ts';
import { createTestDatabase } from './test-database.ts';

describe('databases for tests', () => {
  const folder = mkdtempSync(join(tmpdir(), 'test-database-spec-'));
  const write = (name: string, sql: string) => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'migration.sql'), sql);
  };

  beforeAll(() => write('1_contract', `CREATE TABLE contract (id int); -- ${process.pid} ${Date.now()}`));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are migrated, empty and apart from each other, for any number of suites at once', async () => {
    const tests = await Promise.all([1, 2, 3].map(() => createTestDatabase(folder)));
    const databases = tests.map(({ url }) => new Database({ url, applicationName: 'spec' }));
    for (const [index, database] of databases.entries()) {
      await database.change('INSERT INTO contract VALUES ($1)', [index]);
      expect(await database.query('SELECT id FROM contract')).toEqual([{ id: index }]);
    }
    expect((await migrate(tests[0]?.url ?? '', folder)).applied).toEqual([]);
    const open = databases[0];
    await tests[0]?.drop();
    await expect(open?.ready()).rejects.toMatchObject({ name: 'DatabaseError' });
    await Promise.all(databases.map((database) => database.close()));
    await Promise.all(tests.map((test) => test.drop()));
  });

  it('follow the migrations', async () => {
    write('2_event', 'CREATE TABLE event (id int)');
    const test = await createTestDatabase(folder);
    const database = new Database({ url: test.url, applicationName: 'spec' });
    expect(await database.query('SELECT * FROM event')).toEqual([]);
    await database.close();
    await test.drop();
  });

  it('are not half made when a migration fails', async () => {
    write('3_wrong', 'CREATE TABLE');
    const failing = () => createTestDatabase(folder);
    await expect(failing()).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
    await expect(failing()).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
  });
});
