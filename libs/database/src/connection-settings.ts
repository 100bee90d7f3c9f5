import pg from 'pg';

const { builtins } = pg.types;

export interface ConnectionOptions {
  /** Connection string, `postgresql://user:password@host:port/database`. */
  readonly url: string;
  /** Shown in the server's list of sessions; the name of the service. */
  readonly applicationName: string;
  /** Longest time to wait for a connection, new or free. Default 5 s. */
  readonly connectTimeoutMs?: number;
  /** Longest time one statement may take. Default 15 s. */
  readonly statementTimeoutMs?: number;
  /** Longest time to wait for a row or table lock. Default 10 s. */
  readonly lockTimeoutMs?: number;
  /** Longest time a transaction may wait for its service. Default 15 s. */
  readonly idleTransactionTimeoutMs?: number;
}

/**
 * Settings of every connection of a service.
 *
 * The session's time zone is UTC: Prisma writes times without a zone and means UTC.
 *
 * @throws TypeError for something that is no connection string, or one that asks for a schema other than `public`,
 *   which the driver would pass over in silence.
 */
export function connectionSettings(options: ConnectionOptions): pg.ClientConfig {
  const url = new URL(options.url);
  const schema = url.searchParams.get('schema');
  if (schema !== null && schema !== 'public') throw new TypeError('only the schema "public" is supported');
  url.searchParams.delete('schema');
  const given = url.searchParams.get('options');
  url.searchParams.delete('options');
  return {
    connectionString: url.href,
    options: [given, '-c TimeZone=UTC'].filter(Boolean).join(' '),
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    statement_timeout: options.statementTimeoutMs ?? 15_000,
    lock_timeout: options.lockTimeoutMs ?? 10_000,
    idle_in_transaction_session_timeout: options.idleTransactionTimeoutMs ?? 15_000,
    // A connection whose peer vanished without a word is found out.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser: readerOf as typeof pg.types.getTypeParser },
  };
}

/**
 * How values of own statements are read: 64-bit integers as `bigint`, times without a zone as UTC, dates as their text
 * (`YYYY-MM-DD`). Prisma brings readers of its own.
 */
export function readerOf(oid: number, format: 'text' | 'binary' = 'text'): (value: string) => unknown {
  if (format === 'text') {
    if (oid === builtins.INT8) return BigInt;
    if (oid === builtins.TIMESTAMP) return (value) => new Date(`${value.replace(' ', 'T')}Z`);
    if (oid === builtins.DATE) return (value) => value;
  }
  return pg.types.getTypeParser(oid, format as 'text');
}
