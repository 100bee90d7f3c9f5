import type pg from 'pg';
import { DatabaseError } from './database-error.ts';
import { databaseErrorOf, rethrowDatabaseError } from './error-mapping.ts';
import { type RetryOptions, retrying } from './retry.ts';
import { type Queryable, query, type Row, type Statement } from './statement.ts';

export type IsolationLevel = 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';

export interface TransactionOptions extends RetryOptions {
  /** Default `READ COMMITTED`, which suits conditional updates. */
  readonly isolation?: IsolationLevel;
}

/**
 * Run work as a transaction: committed when it resolves, rolled back when it rejects. It runs again, with a new
 * transaction, after a serialization failure or a deadlock, and when the connection broke before COMMIT was sent, that
 * is, whenever it is certain that nothing has happened.
 *
 * @throws DatabaseError `COMMIT_UNKNOWN` when the connection broke during COMMIT; what the work threw otherwise.
 */
export function runTransaction<T>(
  connect: () => Promise<pg.PoolClient>,
  work: (transaction: Queryable) => Promise<T>,
  { isolation = 'READ COMMITTED', ...retry }: TransactionOptions,
): Promise<T> {
  return retrying(
    async () => runOnce(await connect(), isolation, work),
    retry,
    (error) => {
      const failure = databaseErrorOf(error);
      return failure !== undefined && (failure.retryable || failure.code === 'CONNECTION_LOST');
    },
  );
}

async function runOnce<T>(
  client: pg.PoolClient,
  isolation: IsolationLevel,
  work: (transaction: Queryable) => Promise<T>,
): Promise<T> {
  let broken = false;
  try {
    await query(client, `BEGIN ISOLATION LEVEL ${isolation}`, []);
    const transaction = new OpenTransaction(client);
    const result = await work(transaction).finally(() => transaction.end());
    await commit(client);
    return result;
  } catch (error) {
    broken = await query(client, 'ROLLBACK', []).then(
      () => false,
      () => true,
    );
    throw error;
  } finally {
    // A connection in an unknown state is closed, not given to the next caller.
    client.release(broken);
  }
}

async function commit(client: pg.PoolClient): Promise<void> {
  try {
    const { command } = await client.query('COMMIT').catch(rethrowDatabaseError);
    // Work that swallowed a failed statement's error left an aborted transaction, which COMMIT rolls back.
    if (command === 'ROLLBACK') throw new DatabaseError('DATABASE_FAILURE', { sqlState: '25P02' });
  } catch (error) {
    if (databaseErrorOf(error)?.code === 'CONNECTION_LOST') throw new DatabaseError('COMMIT_UNKNOWN');
    throw error;
  }
}

class OpenTransaction implements Queryable {
  #client: pg.PoolClient | undefined;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  async query<R extends Row>(statement: Statement, values: readonly unknown[] = []): Promise<R[]> {
    return (await query<R>(this.#connection(), statement, values)).rows;
  }

  async change(statement: Statement, values: readonly unknown[] = []): Promise<number> {
    return (await query(this.#connection(), statement, values)).rowCount ?? 0;
  }

  /** From here on the connection belongs to somebody else: a statement that was not awaited must not reach it. */
  end(): void {
    this.#client = undefined;
  }

  #connection(): pg.PoolClient {
    if (this.#client === undefined) throw new Error('the transaction has ended');
    return this.#client;
  }
}
