import { PrismaPg } from '@prisma/adapter-pg';
import type { Database } from './database.ts';
import { rethrowDatabaseError } from './error-mapping.ts';
import { type RetryOptions, retrying } from './retry.ts';
import { statementNames } from './statement-names.ts';
import type { IsolationLevel } from './transaction.ts';

/** What a generated client is made with here. */
export interface PrismaSettings {
  readonly adapter: PrismaPg;
  readonly errorFormat: 'minimal';
  readonly transactionOptions: { readonly maxWait: number; readonly timeout: number };
}

/** The `PrismaClient` class that `prisma generate` makes for a schema. */
export type PrismaClientClass<Client> = new (settings: PrismaSettings) => Client;

/**
 * A generated Prisma client on the connections of a {@link Database}: both share one pool and its limits. Closing the
 * database closes the client too. Statements are prepared on their connections, so a pooler in between has to keep
 * sessions apart.
 *
 * Prisma's errors quote statements, values and source files. Handlers turn them with `databaseErrorOf` at the latest
 * where an error leaves the service.
 */
export function createPrisma<Client>(clientClass: PrismaClientClass<Client>, database: Database): Client {
  const { connectTimeoutMs = 5_000, statementTimeoutMs = 15_000 } = database.options;
  return new clientClass({
    adapter: new PrismaPg(database.pool, { statementNameGenerator: statementNames() }),
    errorFormat: 'minimal',
    transactionOptions: { maxWait: connectTimeoutMs, timeout: statementTimeoutMs },
  });
}

/** Prisma's names of the isolation levels. */
type PrismaIsolationLevel = 'ReadCommitted' | 'RepeatableRead' | 'Serializable';

const PRISMA_NAMES: Record<IsolationLevel, PrismaIsolationLevel> = {
  'READ COMMITTED': 'ReadCommitted',
  'REPEATABLE READ': 'RepeatableRead',
  SERIALIZABLE: 'Serializable',
};

/** The part of a generated client that runs interactive transactions. */
export interface TransactionalClient<Transaction> {
  $transaction<T>(
    work: (transaction: Transaction) => Promise<T>,
    options?: { isolationLevel?: PrismaIsolationLevel },
  ): Promise<T>;
}

/**
 * Run work as an interactive transaction of Prisma, again when another transaction was in the way.
 *
 * @param work everything it does must be in the transaction: it may run several times.
 * @throws DatabaseError, or what the work threw.
 */
export function prismaTransaction<Transaction, T>(
  prisma: TransactionalClient<Transaction>,
  work: (transaction: Transaction) => Promise<T>,
  { isolation = 'READ COMMITTED', ...retry }: RetryOptions & { readonly isolation?: IsolationLevel } = {},
): Promise<T> {
  const isolationLevel = PRISMA_NAMES[isolation];
  return retrying(() => prisma.$transaction(work, { isolationLevel }), retry).catch(rethrowDatabaseError);
}
