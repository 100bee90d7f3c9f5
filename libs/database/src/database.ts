import pg from 'pg';
import { type ConnectionOptions, connectionSettings } from './connection-settings.ts';
import { DatabaseError } from './database-error.ts';
import { databaseErrorOf, rethrowDatabaseError } from './error-mapping.ts';
import { retrying } from './retry.ts';
import { type Queryable, query, type Row, type Statement } from './statement.ts';
import { runTransaction, type TransactionOptions } from './transaction.ts';

export interface DatabaseOptions extends ConnectionOptions {
  /** Most connections at once. Default 10. */
  readonly maxConnections?: number;
  /** Told of connections that broke while nobody used them; they are replaced at the next use. */
  readonly onIdleError?: (error: DatabaseError) => void;
}

/**
 * A service's pool of connections, for statements of its own and, through `createPrisma`, for Prisma.
 *
 * May be used by any number of callers at once. Every error is a {@link DatabaseError}.
 */
export class Database implements Queryable {
  /** The driver's pool. */
  readonly pool: pg.Pool;
  readonly options: DatabaseOptions;

  constructor(options: DatabaseOptions) {
    this.options = options;
    this.pool = new pg.Pool({
      ...connectionSettings(options),
      max: options.maxConnections ?? 10,
      idleTimeoutMillis: 60_000,
      // Spreads the load again when a server came back, and bounds what a session piles up.
      maxLifetimeSeconds: 1_800,
    });
    // Who uses a connection is told by its statement that it broke; without a listener the process would end, too.
    this.pool.on('connect', (client) => client.on('error', () => {}));
    this.pool.on('error', (error) => {
      options.onIdleError?.(databaseErrorOf(error) ?? new DatabaseError('CONNECTION_LOST'));
    });
  }

  /** Rows of one statement. It runs again when it and another one waited for each other's rows: it has done nothing then. */
  async query<R extends Row>(statement: Statement, values: readonly unknown[] = []): Promise<R[]> {
    return (await retrying(() => query<R>(this.pool, statement, values), {})).rows;
  }

  /** Number of rows that one statement inserted, updated or deleted. */
  async change(statement: Statement, values: readonly unknown[] = []): Promise<number> {
    return (await retrying(() => query(this.pool, statement, values), {})).rowCount ?? 0;
  }

  /**
   * Run statements as one transaction on one connection, again when another transaction was in the way.
   *
   * @param work everything it does must be in the transaction: it may run several times.
   */
  transaction<T>(work: (transaction: Queryable) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return runTransaction(() => this.pool.connect().catch(rethrowDatabaseError), work, options);
  }

  /**
   * Whether the database answers and takes writes, for a health check.
   *
   * @throws DatabaseError when it does not.
   */
  async ready(): Promise<void> {
    const [row] = await this.query<{ readOnly: boolean }>('SELECT pg_is_in_recovery() AS "readOnly"');
    if (row?.readOnly !== false) throw new DatabaseError('CONNECTION_LOST');
  }

  /** Wait for the statements that are running, then close all connections. */
  async close(): Promise<void> {
    if (!this.pool.ended) await this.pool.end();
  }
}
