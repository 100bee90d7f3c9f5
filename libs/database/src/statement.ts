import { createHash } from 'node:crypto';
import pg from 'pg';
import { rethrowDatabaseError } from './error-mapping.ts';
import { type Outcome, type Parameter, PreparedExecution } from './prepared-execution.ts';

/** One row, by column name. */
export type Row = pg.QueryResultRow;

/**
 * One SQL statement with `$1`, `$2`, … for its values. With a name it is prepared once per connection, which saves the
 * server parsing and planning it: for the few statements of a hot path, whose text never varies.
 */
export type Statement = string | Prepared;

interface Prepared {
  readonly name: string;
  readonly text: string;
}

/** The driver's own way with values of any other kind, which its types leave out. */
const { prepareValue } = (pg as typeof pg & { utils: { prepareValue(value: unknown): Parameter } }).utils;

/** A statement of a hot path: prepared, under a name that stands for its text. */
export function statement(text: string): Prepared {
  return { name: createHash('sha256').update(text).digest('hex').slice(0, 32), text };
}

/** Something that runs statements: the pool, or one transaction. */
export interface Queryable {
  /** Rows of one statement. */
  query<R extends Row>(statement: Statement, values?: readonly unknown[]): Promise<R[]>;
  /** Number of rows that one statement inserted, updated or deleted. */
  change(statement: Statement, values?: readonly unknown[]): Promise<number>;
}

/**
 * Run one statement on a pool or a connection of the driver.
 *
 * A connection whose named statement failed by what other rows hold, or lost to another transaction, is as good as before and goes back to the pool.
 * After any other failure the pool closes it: it may be broken, or have prepared a statement for a schema that has changed since.
 */
export async function query<R extends Row>(
  on: pg.Pool | pg.ClientBase,
  statement: Statement,
  values: readonly unknown[],
): Promise<Outcome<R>> {
  try {
    if (typeof statement === 'string') return await on.query<R>(statement, values.map(asParameter));
    return await execute<R>(on, statement, values.map(asParameter));
  } catch (error) {
    return rethrowDatabaseError(error);
  }
}

function execute<R>(
  on: pg.Pool | pg.ClientBase,
  statement: Prepared,
  values: readonly Parameter[],
): Promise<Outcome<R>> {
  return new Promise((resolve, reject) => {
    const run = (client: pg.ClientBase, release?: (error?: Error) => void) =>
      client.query(
        new PreparedExecution<R>(statement, values, (error, outcome) => {
          release?.(lostToOthers(error) ? undefined : error);
          if (error) reject(error);
          else resolve(outcome);
        }),
      );
    if (!(on instanceof pg.Pool)) run(on);
    else on.connect((error, client, release) => (client ? run(client, release) : reject(error)));
  });
}

/** SQLSTATE classes 23, integrity constraint violation, and 40, transaction rollback. */
const lostToOthers = (error: Error | undefined) =>
  error instanceof pg.DatabaseError && /^(?:23|40)/.test(error.code ?? '');

/** The driver knows octets only as `Buffer`; other views it would send as JSON. A time it would write with this machine's zone. */
function asParameter(value: unknown): Parameter {
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return prepareValue(value);
}
