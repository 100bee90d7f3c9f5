import { setTimeout as delay } from 'node:timers/promises';
import { Database } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { isUniqueViolation } from './error-mapping.ts';
import { statement } from './statement.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';

describe('a service with its database', () => {
  let test: TestDatabase;
  let database: Database;
  const idleErrors: DatabaseError[] = [];

  beforeAll(async () => {
    test = await createTestDatabase();
    database = new Database({
      url: `${test.url}?schema=public`,
      applicationName: 'spec',
      onIdleError: (error) => idleErrors.push(error),
    });
    await database.change(`CREATE TABLE holder (
      eid varchar(32) PRIMARY KEY, photo bytea, counter bigint CHECK (counter >= 0), at timestamptz, local timestamp, day date)`);
  });

  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  it('reads back what it wrote, whatever the time zone of the machine', async () => {
    const photo = Uint8Array.of(0, 255, 1);
    const at = new Date('2026-02-03T04:05:06.789Z');
    const counter = 2n ** 53n + 1n;
    const values = ['89001', photo, counter, at, at.toISOString(), '2026-02-03'];
    const insert = 'INSERT INTO holder VALUES ($1, $2, $3, $4, $5, $6)';
    expect(await database.change(insert, values)).toBe(1);
    const [row] = await database.query('SELECT * FROM holder WHERE eid = $1', ['89001']);
    expect(row).toEqual({ eid: '89001', photo: Buffer.from(photo), counter, at, local: at, day: '2026-02-03' });
  });

  it('runs a named statement like any other', async () => {
    const statement = { name: 'find-holder', text: 'SELECT counter FROM holder WHERE eid = $1' };
    for (const eid of ['89001', '89001']) expect(await database.query(statement, [eid])).toHaveLength(1);
    expect(await database.query(statement, ['other'])).toEqual([]);
  });

  it('reads the answers of a named statement whatever came before on the connection', async () => {
    const one = new Database({ url: test.url, applicationName: 'one', maxConnections: 1 });
    const pid = async () => (await one.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]?.pid;
    try {
      const before = await pid();
      const insert = statement(
        'INSERT INTO holder (eid, photo, counter) VALUES ($1, $2, $3) RETURNING eid, photo, counter, at',
      );
      const photo = Uint8Array.of(0, 39, 92, 255);
      // Refused at its first execution, when it is prepared but not described.
      await expect(one.query(insert, ['89001', photo, 1])).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION' });
      for (const eid of ['first', 'second']) {
        const rows = await one.query(insert, [eid, photo, 1n]);
        expect(rows).toEqual([{ eid, photo: Buffer.from(photo), counter: 1n, at: null }]);
        await expect(one.query(insert, [eid, photo, 1n])).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION' });
      }
      const among = statement('SELECT eid FROM holder WHERE eid = ANY($1) ORDER BY eid');
      expect(await one.query(among, [['first', 'second', 'a "quoted", one']])).toHaveLength(2);
      const removed = statement('DELETE FROM holder WHERE eid = ANY($1)');
      expect(await one.change(removed, [['first', 'second']])).toBe(2);
      expect(await one.change(removed, [['first', 'second']])).toBe(0);
      expect(await one.transaction((transaction) => transaction.query(among, [['89001']]))).toHaveLength(1);
      // No refusal cost the connection.
      expect(await pid()).toBe(before);
      const all = statement('SELECT * FROM holder');
      expect(await one.query(all)).toHaveLength(1);
      await one.change('ALTER TABLE holder ADD COLUMN later int');
      // What was prepared before is refused once, and prepared anew.
      await expect(one.query(all)).rejects.toMatchObject({ code: 'DATABASE_FAILURE', place: { sqlState: '0A000' } });
      expect(await one.query(all)).toMatchObject([{ later: null }]);
    } finally {
      await one.close();
    }
  });

  it('says which key is taken, and not what the row holds', async () => {
    const failed = await database.change(`INSERT INTO holder (eid) VALUES ('89001')`).catch((error) => error);
    expect(failed).toMatchObject({ code: 'UNIQUE_VIOLATION', place: { sqlState: '23505', constraint: 'holder_pkey' } });
    expect(isUniqueViolation(failed, 'holder_pkey')).toBe(true);
    expect(isUniqueViolation(failed, 'another')).toBe(false);
    expect(JSON.stringify([failed, failed.message, failed.stack])).not.toMatch(/89001|INSERT/);
  });

  it('has a code for each thing a caller can act on', async () => {
    const code = (sql: string) =>
      database.query(sql).then(
        () => 'none',
        (error) => (error instanceof DatabaseError ? error.code : error),
      );
    expect(await code(`INSERT INTO holder VALUES ('1', NULL, -1)`)).toBe('CHECK_VIOLATION');
    expect(await code('INSERT INTO holder (counter) VALUES (1)')).toBe('NOT_NULL_VIOLATION');
    expect(await code('SELECT nothing')).toBe('DATABASE_FAILURE');
    expect(await code('SELECT pg_terminate_backend(pg_backend_pid())')).toBe('CONNECTION_LOST');
  });

  it('waits for statements, locks and free connections no longer than it may', async () => {
    const options = { url: test.url, applicationName: 'spec', maxConnections: 1 };
    const limited = new Database({
      ...options,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 3_000,
      lockTimeoutMs: 100,
    });
    await expect(limited.query('SELECT pg_sleep(60)')).rejects.toMatchObject({ code: 'STATEMENT_TIMEOUT' });
    await database.transaction(async (first) => {
      await first.change(`UPDATE holder SET counter = 0 WHERE eid = '89001'`);
      const second = limited.change(`UPDATE holder SET counter = 1 WHERE eid = '89001'`);
      await expect(second).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
    });
    await limited.transaction(async () => {
      await expect(limited.query('SELECT 1')).rejects.toMatchObject({ code: 'POOL_EXHAUSTED' });
    });
    await limited.close();
  });

  it('is ready, also after the server threw all its connections out', async () => {
    await database.ready();
    const other = new Database({ url: test.url, applicationName: 'administration' });
    await other.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'spec' AND datname = current_database()`);
    await other.close();
    while (database.pool.totalCount > 0) await delay(5);
    expect(idleErrors.map(({ code }) => code)).toContain('CONNECTION_LOST');
    await database.ready();
  });

  it('is not ready when the server is gone', async () => {
    const nowhere = new Database({ url: 'postgresql://127.0.0.1:1/none', applicationName: 'spec' });
    await expect(nowhere.ready()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await nowhere.close();
    await nowhere.close();
    await expect(nowhere.ready()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });

  it('refuses a schema that its migrations would not go to', () => {
    const open = () => new Database({ url: 'postgresql://127.0.0.1/x?schema=other', applicationName: 'spec' });
    expect(open).toThrow(TypeError);
  });
});
