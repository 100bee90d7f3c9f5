import { createHash } from 'node:crypto';
import type pg from 'pg';
import { rethrowDatabaseError } from './error-mapping.ts';

/** One row, by column name. */
export type Row = pg.QueryResultRow;

/**
 * One SQL statement with `$1`, `$2`, … for its values. With a name it is prepared once per connection, which saves the
 * server parsing and planning it: for the few statements of a hot path, whose text never varies.
 */
export type Statement = string | { readonly name: string; readonly text: string };

/** A statement of a hot path: prepared, under a name that stands for its text. */
export function statement(text: string): Statement {
  return { name: createHash('sha256').update(text).digest('hex').slice(0, 32), text };
}

/** Something that runs statements: the pool, or one transaction. */
export interface Queryable {
  /** Rows of one statement. */
  query<R extends Row>(statement: Statement, values?: readonly unknown[]): Promise<R[]>;
  /** Number of rows that one statement inserted, updated or deleted. */
  change(statement: Statement, values?: readonly unknown[]): Promise<number>;
}

/** Run one statement on a pool or a connection of the driver. */
export function query<R extends Row>(
  on: pg.Pool | pg.ClientBase,
  statement: Statement,
  values: readonly unknown[],
): Promise<pg.QueryResult<R>> {
  const config = typeof statement === 'string' ? { text: statement } : statement;
  return on.query<R>({ ...config, values: values.map(asParameter) }).catch(rethrowDatabaseError);
}

/** The driver knows octets only as `Buffer`; other views it would send as JSON. A time it would write with this machine's zone. */
function asParameter(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array && !Buffer.isBuffer(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  return value;
}
