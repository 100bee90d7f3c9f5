import { Database } from './database.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';

describe('a transaction', () => {
  let test: TestDatabase;
  let database: Database;
  const balance = async () => (await database.query<{ n: number }>('SELECT sum(n)::int AS n FROM account'))[0]?.n;

  beforeAll(async () => {
    test = await createTestDatabase();
    database = new Database({ url: test.url, applicationName: 'spec' });
    await database.change('CREATE TABLE account (id int PRIMARY KEY, n int NOT NULL)');
  });

  beforeEach(async () => {
    await database.change('DELETE FROM account');
    await database.change('INSERT INTO account VALUES (1, 0), (2, 0)');
  });

  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  it('happens completely, or not at all', async () => {
    await database.transaction((transaction) => transaction.change('UPDATE account SET n = 5 WHERE id = 1'));
    expect(await balance()).toBe(5);
    const failing = database.transaction(async (transaction) => {
      await transaction.change('UPDATE account SET n = 7');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await balance()).toBe(5);
  });

  it('loses no update, however many run at once', async () => {
    const add = () =>
      database.transaction(
        async (transaction) => {
          const [row] = await transaction.query<{ n: number }>('SELECT n FROM account WHERE id = 1');
          await transaction.change('UPDATE account SET n = $1 WHERE id = 1', [(row?.n ?? 0) + 1]);
        },
        { isolation: 'SERIALIZABLE', attempts: 50 },
      );
    await Promise.all(Array.from({ length: 6 }, add));
    expect(await balance()).toBe(6);
  });

  it('runs again after a deadlock', async () => {
    let met = 0;
    let bothThere = () => {};
    const meeting = new Promise<void>((resolve) => {
      bothThere = resolve;
    });
    const inOrder = (...ids: number[]) =>
      database.transaction(async (transaction) => {
        for (const id of ids) {
          await transaction.change('UPDATE account SET n = n + 1 WHERE id = $1', [id]);
          if (++met === 2) bothThere();
          await meeting;
        }
      });
    await Promise.all([inOrder(1, 2), inOrder(2, 1)]);
    expect(await balance()).toBe(4);
  });

  it('of a single statement runs again after a deadlock, too', async () => {
    await database.change('CREATE SEQUENCE met');
    await database.change(`
      CREATE FUNCTION take_both(one int, other int) RETURNS int LANGUAGE plpgsql AS $$
        BEGIN
          UPDATE account SET n = n + 1 WHERE id = one;
          PERFORM nextval('met');
          WHILE (SELECT last_value FROM met) < 2 LOOP PERFORM pg_sleep(0.001); END LOOP;
          UPDATE account SET n = n + 1 WHERE id = other;
          RETURN 1;
        END $$`);
    await Promise.all([database.query('SELECT take_both(1, 2)'), database.query('SELECT take_both(2, 1)')]);
    expect(await database.query('SELECT n FROM account ORDER BY id')).toEqual([{ n: 2 }, { n: 2 }]);
  });

  it('gives up after the attempts it was given', async () => {
    let runs = 0;
    const hopeless = database.transaction(
      async (transaction) => {
        runs++;
        await transaction.query(`DO $$ BEGIN RAISE EXCEPTION USING errcode = '40001'; END $$`);
      },
      { attempts: 3 },
    );
    await expect(hopeless).rejects.toMatchObject({ code: 'SERIALIZATION_FAILURE', retryable: true });
    expect(runs).toBe(3);
  });

  it('stops trying when its caller has left', async () => {
    const caller = new AbortController();
    const left = database.transaction(
      async (transaction) => {
        caller.abort();
        await transaction.query(`DO $$ BEGIN RAISE EXCEPTION USING errcode = '40001'; END $$`);
      },
      { signal: caller.signal },
    );
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('runs again when its connection breaks before it was committed', async () => {
    let runs = 0;
    await database.transaction(async (transaction) => {
      await transaction.change('UPDATE account SET n = n + 1 WHERE id = 1');
      if (++runs === 1) await transaction.query('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    expect(runs).toBe(2);
    expect(await balance()).toBe(1);
  });

  it('does not run again when nobody knows whether it was committed', async () => {
    let runs = 0;
    // The deferred trigger breaks the connection while the server is committing.
    await database.change(`CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$`);
    await database.change(`CREATE CONSTRAINT TRIGGER break AFTER UPDATE ON account
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION break()`);
    const unknown = database.transaction(async (transaction) => {
      runs++;
      await transaction.change('UPDATE account SET n = 1 WHERE id = 1');
    });
    await expect(unknown).rejects.toMatchObject({ code: 'COMMIT_UNKNOWN' });
    expect(runs).toBe(1);
    await database.change('DROP TRIGGER break ON account');
  });

  it('does not pretend to be committed when a failed statement was overlooked', async () => {
    const careless = database.transaction(async (transaction) => {
      await transaction.change('UPDATE account SET n = 9');
      await transaction.query('SELECT nothing').catch(() => {});
    });
    await expect(careless).rejects.toMatchObject({ code: 'DATABASE_FAILURE' });
    expect(await balance()).toBe(0);
  });

  it('is over when it is over', async () => {
    const escaped = await database.transaction(async (transaction) => transaction);
    await expect(escaped.query('SELECT 1')).rejects.toThrow('the transaction has ended');
  });
});
