import { Database } from '../database.ts';
import type { DatabaseError } from '../database-error.ts';
import { createTestDatabase, type TestDatabase } from '../testing/index.ts';
import { ChangeListener } from './change-listener.ts';
import { notify } from './notify.ts';

const NEVER = 3_600_000;

describe('watching for changes', () => {
  let test: TestDatabase;
  let database: Database;
  let listener: ChangeListener;
  let errors: DatabaseError[];
  const open = (pollIntervalMs: number, url = test.url) =>
    new ChangeListener({ url, applicationName: 'listener', pollIntervalMs, onError: (error) => errors.push(error) });
  const dropConnection = () =>
    database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'listener' AND datname = current_database()`);

  beforeAll(async () => {
    test = await createTestDatabase();
    database = new Database({ url: test.url, applicationName: 'spec' });
    await database.change('CREATE TABLE contract (id text PRIMARY KEY, state int NOT NULL)');
  });

  beforeEach(() => {
    errors = [];
    listener = open(NEVER);
  });

  afterEach(() => listener.close());

  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  it('wakes at once, and then when the key was announced, and for no other key', async () => {
    const contracts = listener.on('contract');
    const wakeUps = contracts.wakeUps('c1', new AbortController().signal);
    expect(await wakeUps.next()).toEqual({ done: false, value: 'armed' });
    await contracts.notify(database, 'c2');
    await listener.on('event').notify(database, 'c1');
    await contracts.notify(database, 'c1');
    expect(await wakeUps.next()).toEqual({ done: false, value: 'notified' });
    const pending = wakeUps.next();
    await contracts.notify(database, 'c2');
    await listener.close();
    expect(await pending).toEqual({ done: true, value: undefined });
  });

  it('wakes for every key when none is named, and once for several announcements while it was busy', async () => {
    const wakeUps = listener.on('contract').wakeUps(undefined, new AbortController().signal);
    await wakeUps.next();
    for (const key of ['a', 'b', 'c']) await notify(database, 'contract', key);
    await notify(database, 'contract', 'd');
    expect((await wakeUps.next()).value).toBe('notified');
  });

  it('announces with the commit, and not without', async () => {
    const wakeUps = listener.on('contract').wakeUps('c1', new AbortController().signal);
    await wakeUps.next();
    const undone = database.transaction(async (transaction) => {
      await notify(transaction, 'contract', 'c1');
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    let woken = false;
    const next = wakeUps.next().then(() => {
      woken = true;
    });
    await database.transaction(async (transaction) => {
      await notify(transaction, 'contract', 'c1');
      await transaction.query('SELECT 1');
      expect(woken).toBe(false);
    });
    await next;
  });

  it('misses no final state, although its connection keeps breaking', async () => {
    const LAST = 60;
    await database.change(`INSERT INTO contract VALUES ('c', 0)`);
    const watch = async () => {
      for await (const _ of listener.on('contract').wakeUps('c', new AbortController().signal)) {
        const [row] = await database.query<{ state: number }>(`SELECT state FROM contract WHERE id = 'c'`);
        if (row?.state === LAST) return row.state;
      }
      return undefined;
    };
    const watchers = [watch(), watch()];
    for (let state = 1; state <= LAST; state++) {
      await database.transaction(async (transaction) => {
        await transaction.change(`UPDATE contract SET state = $1 WHERE id = 'c'`, [state]);
        await notify(transaction, 'contract', 'c');
      });
      if (state % 20 === 0) await dropConnection();
      if (state % 15 === 0) watchers.push(watch());
    }
    expect(await Promise.all(watchers)).toEqual(watchers.map(() => LAST));
    expect(errors.length).toBeGreaterThan(0);
  });

  it('wakes after its connection was lost, since something may have happened meanwhile', async () => {
    const wakeUps = listener.on('contract').wakeUps('c1', new AbortController().signal);
    await wakeUps.next();
    await dropConnection();
    expect((await wakeUps.next()).value).toBe('reconnected');
    await notify(database, 'contract', 'c1');
    expect((await wakeUps.next()).value).toBe('notified');
  });

  it('looks now and then although nothing was heard, also without a connection', async () => {
    const deaf = open(10, 'postgresql://127.0.0.1:1/none');
    const wakeUps = deaf.on('contract').wakeUps('c1', new AbortController().signal);
    for (let i = 0; i < 3; i++) expect((await wakeUps.next()).value).toBe('polled');
    expect(errors.map(({ code }) => code)).toContain('CONNECTION_LOST');
    await deaf.close();
    expect((await wakeUps.next()).done).toBe(true);
    expect((await deaf.on('contract').wakeUps('c1', new AbortController().signal).next()).done).toBe(true);
  });

  it('ends with its signal', async () => {
    const leaving = new AbortController();
    const wakeUps = listener.on('contract').wakeUps('c1', leaving.signal);
    await wakeUps.next();
    const next = wakeUps.next();
    leaving.abort();
    expect((await next).done).toBe(true);
  });

  it('hears a table announce itself by a trigger, whoever changes it', async () => {
    await database.change(`CREATE FUNCTION announce() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_notify(TG_TABLE_NAME, NEW.id); RETURN NULL; END $$`);
    await database.change(`CREATE TRIGGER changed AFTER INSERT OR UPDATE ON contract
      FOR EACH ROW EXECUTE FUNCTION announce()`);
    const wakeUps = listener.on('contract').wakeUps('t', new AbortController().signal);
    await wakeUps.next();
    await database.change(`INSERT INTO contract VALUES ('t', 1)`);
    expect((await wakeUps.next()).value).toBe('notified');
  });

  it('refuses names and keys that Postgres would change', async () => {
    expect(() => listener.on('Contract')).toThrow(RangeError);
    expect(() => listener.on('a'.repeat(64))).toThrow(RangeError);
    await expect(notify(database, 'contract', 'x'.repeat(1_001))).rejects.toThrow(RangeError);
  });
});
