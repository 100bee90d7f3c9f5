import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  ChangeListener,
  createPrisma,
  Database,
  databaseErrorOf,
  isUniqueViolation,
  notify,
  type PrismaStatements,
  prismaTransaction,
} from '@tegata/database';
import { createTestDatabase, type TestDatabase } from '@tegata/database/testing';
import { acquireTestServer, type TestServer } from '@tegata/local-postgres';
import { prisma as prismaCli } from './prisma-cli.ts';

interface Holder {
  readonly eid: string;
  readonly photo: Uint8Array;
  readonly counter: bigint;
  readonly zoned: Date;
  readonly plain: Date;
}

/** The part of the generated client that is used here; it does not exist before the test. */
interface Client extends PrismaStatements {
  readonly holder: {
    create(args: { data: Partial<Holder> }): Promise<Holder>;
    findUniqueOrThrow(args: { where: { eid: string } }): Promise<Holder>;
    update(args: { where: { eid: string }; data: Partial<Holder> }): Promise<Holder>;
    count(): Promise<number>;
  };
  $queryRawUnsafe(statement: string): Promise<unknown>;
  $transaction<T>(work: (transaction: Client) => Promise<T>, options?: object): Promise<T>;
}

const workspace = fileURLToPath(new URL('../../..', import.meta.url));
const SCHEMA = `
generator client {
  provider               = "prisma-client"
  output                 = "../generated"
  runtime                = "nodejs"
  moduleFormat           = "esm"
  generatedFileExtension = "ts"
  importFileExtension    = "ts"
}
datasource db {
  provider = "postgresql"
}
model Holder {
  eid     String   @id
  photo   Bytes?
  counter BigInt   @default(0)
  zoned   DateTime @default(now()) @db.Timestamptz(3)
  plain   DateTime @default(now()) @db.Timestamp(3)
  @@map("holder")
}
`;
const TABLE = `CREATE TABLE holder (eid text PRIMARY KEY, photo bytea, counter bigint NOT NULL DEFAULT 0,
  zoned timestamptz(3) NOT NULL DEFAULT now(), plain timestamp(3) NOT NULL DEFAULT now())`;

describe('a generated client on the connections of a database', () => {
  let app: string;
  let server: TestServer;
  let test: TestDatabase;
  let database: Database;
  let prisma: Client;
  let makeClient: (database: Database) => Client;

  beforeAll(async () => {
    mkdirSync(join(workspace, '.data'), { recursive: true });
    app = mkdtempSync(join(workspace, '.data', 'generated-spec-'));
    mkdirSync(join(app, 'prisma'));
    writeFileSync(join(app, 'prisma', 'schema.prisma'), SCHEMA);
    const [generated] = await Promise.all([
      prismaCli(['generate'], { cwd: app }),
      acquireTestServer().then((acquired) => {
        server = acquired;
      }),
    ]);
    if (generated.status !== 0) throw new Error(generated.stderr);
    const { PrismaClient } = await import(pathToFileURL(join(app, 'generated', 'client.ts')).href);
    makeClient = (on) => createPrisma<Client>(PrismaClient, on);
    process.env.TEGATA_TEST_POSTGRES = server.url;
    test = await createTestDatabase();
    database = new Database({ url: test.url, applicationName: 'spec' });
    await database.change(TABLE);
    prisma = makeClient(database);
  });

  afterAll(async () => {
    await database?.close();
    await test?.drop();
    await server?.release();
    rmSync(app, { recursive: true, force: true });
  });

  it('means the same by octets, large numbers and times as statements of one own', async () => {
    const at = new Date('2026-02-03T04:05:06.789Z');
    const data = { eid: 'a', photo: Uint8Array.of(0, 255), counter: 2n ** 60n, zoned: at, plain: at };
    await prisma.holder.create({ data });
    const [own] = await database.query(
      `SELECT *, extract(epoch FROM zoned)::text AS epoch FROM holder WHERE eid = 'a'`,
    );
    expect(own).toEqual({ ...data, photo: Buffer.from(data.photo), epoch: '1770091506.789000' });
    await database.change(`INSERT INTO holder SELECT 'b', photo, counter, zoned, plain FROM holder WHERE eid = 'a'`);
    const read = await prisma.holder.findUniqueOrThrow({ where: { eid: 'b' } });
    expect({ ...read, photo: [...read.photo] }).toEqual({ ...data, eid: 'b', photo: [0, 255] });
  });

  it('fails in words fit for a log, with a code to act on', async () => {
    await prisma.holder.create({ data: { eid: '89001' } });
    const taken = await prisma.holder.create({ data: { eid: '89001' } }).catch((error) => error);
    expect(isUniqueViolation(taken, 'holder_pkey')).toBe(true);
    const failure = databaseErrorOf(taken);
    expect(failure?.place).toMatchObject({ sqlState: '23505', constraint: 'holder_pkey', table: 'holder' });
    expect(JSON.stringify([failure, failure?.message])).not.toMatch(/89001|INSERT|spec\.ts|prisma\./);

    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => 'none',
        (error) => databaseErrorOf(error)?.code,
      );
    expect(await codeOf(prisma.holder.findUniqueOrThrow({ where: { eid: 'none' } }))).toBe('ROW_NOT_FOUND');
    expect(await codeOf(prisma.$queryRawUnsafe('SELECT nothing'))).toBe('DATABASE_FAILURE');
    expect(await codeOf(prisma.$queryRawUnsafe('SELECT pg_terminate_backend(pg_backend_pid())'))).toBe(
      'CONNECTION_LOST',
    );
    expect(databaseErrorOf(new Error('something else'))).toBeUndefined();
  });

  it('loses no update in transactions that run again', async () => {
    await prisma.holder.create({ data: { eid: 'counted' } });
    const where = { eid: 'counted' };
    const add = () =>
      prismaTransaction(
        prisma,
        async (transaction) => {
          const { counter } = await transaction.holder.findUniqueOrThrow({ where });
          await transaction.holder.update({ where, data: { counter: counter + 1n } });
        },
        { isolation: 'SERIALIZABLE', attempts: 50 },
      );
    await Promise.all([add(), add(), add(), add()]);
    expect((await prisma.holder.findUniqueOrThrow({ where })).counter).toBe(4n);
  });

  it('prepares the statements that come again, and not without end', async () => {
    const narrow = new Database({ ...database.options, maxConnections: 1 });
    const client = makeClient(narrow);
    for (let length = 1; length <= 230; length++) {
      const eids = Array.from({ length }, (_, index) => `'${index}'`);
      await client.$queryRawUnsafe(`SELECT 1 FROM holder WHERE eid IN (${eids.join()})`);
    }
    const [prepared] = await narrow.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_prepared_statements WHERE name LIKE 'prisma%'`,
    );
    expect(prepared).toEqual({ n: 200 });
    await narrow.close();
  });

  it('announces a change with the transaction that makes it', async () => {
    const listener = new ChangeListener({ ...database.options, pollIntervalMs: 3_600_000 });
    const wakeUps = listener.on('holder').wakeUps('announced', new AbortController().signal);
    await wakeUps.next();
    await prismaTransaction(prisma, async (transaction) => {
      await transaction.holder.create({ data: { eid: 'announced' } });
      await notify(transaction, 'holder', 'announced');
    });
    expect((await wakeUps.next()).value).toBe('notified');
    await prisma.holder.findUniqueOrThrow({ where: { eid: 'announced' } });
    await listener.close();
  });

  it('says that the database is out of reach, or too busy', async () => {
    const nowhere = new Database({ url: 'postgresql://127.0.0.1:1/none', applicationName: 'spec' });
    const lost = await makeClient(nowhere).holder.count().catch(databaseErrorOf);
    expect(lost).toMatchObject({ code: 'CONNECTION_LOST' });
    await nowhere.close();
    const options = { ...database.options, maxConnections: 1, connectTimeoutMs: 3_000 };
    const narrow = new Database(options);
    const client = makeClient(narrow);
    await narrow.transaction(async () => {
      expect(await client.holder.count().catch(databaseErrorOf)).toMatchObject({ code: 'POOL_EXHAUSTED' });
      const transaction = prismaTransaction(client, (inner) => inner.holder.count());
      await expect(transaction).rejects.toMatchObject({ code: 'POOL_EXHAUSTED' });
    });
    await narrow.close();
  });
});
