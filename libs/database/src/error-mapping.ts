import { types } from 'node:util';
import { DatabaseError, type DatabaseErrorCode, type DatabaseErrorPlace } from './database-error.ts';

const BY_SQLSTATE: Record<string, DatabaseErrorCode> = {
  '23505': 'UNIQUE_VIOLATION',
  '23503': 'FOREIGN_KEY_VIOLATION',
  '23001': 'FOREIGN_KEY_VIOLATION',
  '23514': 'CHECK_VIOLATION',
  '23502': 'NOT_NULL_VIOLATION',
  '40001': 'SERIALIZATION_FAILURE',
  '40P01': 'DEADLOCK',
  '55P03': 'LOCK_TIMEOUT',
  '57014': 'STATEMENT_TIMEOUT',
  '25P03': 'STATEMENT_TIMEOUT',
  '25P04': 'STATEMENT_TIMEOUT',
  // Shut down, crashed, starting up, or without a place for one more.
  '57P01': 'CONNECTION_LOST',
  '57P02': 'CONNECTION_LOST',
  '57P03': 'CONNECTION_LOST',
  '57P05': 'CONNECTION_LOST',
  '53300': 'CONNECTION_LOST',
};

/** Prisma's own codes, for failures that have no SQLSTATE. */
const BY_PRISMA_CODE: Record<string, DatabaseErrorCode> = {
  P1001: 'CONNECTION_LOST',
  P1002: 'CONNECTION_LOST',
  P1008: 'STATEMENT_TIMEOUT',
  P1017: 'CONNECTION_LOST',
  P2002: 'UNIQUE_VIOLATION',
  P2003: 'FOREIGN_KEY_VIOLATION',
  P2004: 'CHECK_VIOLATION',
  P2011: 'NOT_NULL_VIOLATION',
  P2024: 'POOL_EXHAUSTED',
  P2025: 'ROW_NOT_FOUND',
  P2034: 'SERIALIZATION_FAILURE',
};

const SOCKET_ERRORS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** The driver has no codes for these. */
const BY_MESSAGE: readonly (readonly [RegExp, DatabaseErrorCode])[] = [
  [/timeout exceeded when trying to connect/, 'POOL_EXHAUSTED'],
  [/Unable to start a transaction in the given time/, 'POOL_EXHAUSTED'],
  [/expired transaction|Transaction already closed/, 'STATEMENT_TIMEOUT'],
  [/Query read timeout/, 'STATEMENT_TIMEOUT'],
  [/Connection terminated|connection error and is not queryable|after calling end on the pool/, 'CONNECTION_LOST'],
];

/**
 * The failure of the database that an error of the driver (`pg`) or of Prisma stands for.
 *
 * @returns `undefined` when the error has nothing to do with the database.
 */
export function databaseErrorOf(error: unknown): DatabaseError | undefined {
  if (error instanceof DatabaseError) return error;
  if (!types.isNativeError(error)) return undefined;
  const { code, name } = error as Error & { code?: unknown };
  const place = placeOf(error);
  const { sqlState } = place;
  if (sqlState !== undefined) return new DatabaseError(codeOfSqlState(sqlState), place);
  if (typeof code === 'string') {
    if (SOCKET_ERRORS.has(code)) return new DatabaseError('CONNECTION_LOST');
    const known = BY_PRISMA_CODE[code];
    if (known !== undefined) return new DatabaseError(known, place);
  }
  for (const [pattern, known] of BY_MESSAGE) {
    if (pattern.test(error.message)) return new DatabaseError(known);
  }
  return /^PrismaClient/.test(name) ? new DatabaseError('DATABASE_FAILURE', place) : undefined;
}

/** The same, for use as `.catch(rethrowDatabaseError)`: errors of another kind are thrown as they are. */
export function rethrowDatabaseError(error: unknown): never {
  throw databaseErrorOf(error) ?? error;
}

/**
 * Whether a key was taken already.
 *
 * @param constraint name of the constraint or index, when only that one is meant.
 */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const failure = databaseErrorOf(error);
  if (failure?.code !== 'UNIQUE_VIOLATION') return false;
  return constraint === undefined || failure.place.constraint === constraint;
}

/** Whether the same transaction may succeed when it is run again. */
export function isRetryable(error: unknown): boolean {
  return databaseErrorOf(error)?.retryable ?? false;
}

function codeOfSqlState(sqlState: string): DatabaseErrorCode {
  // Class 08 is "connection exception".
  return BY_SQLSTATE[sqlState] ?? (sqlState.startsWith('08') ? 'CONNECTION_LOST' : 'DATABASE_FAILURE');
}

/** Error of the server as the driver has it, or what Prisma's adapter made of it. */
interface ServerError {
  readonly code?: unknown;
  readonly severity?: unknown;
  readonly originalCode?: unknown;
  readonly constraint?: unknown;
  readonly table?: unknown;
  readonly column?: unknown;
}

function placeOf(error: Error): DatabaseErrorPlace {
  const { meta } = error as { meta?: { driverAdapterError?: { cause?: ServerError } } };
  const inner: ServerError = meta?.driverAdapterError?.cause ?? (error as ServerError);
  const sqlState = inner.originalCode ?? (inner.severity === undefined ? undefined : inner.code);
  return {
    sqlState: typeof sqlState === 'string' && /^[0-9A-Z]{5}$/.test(sqlState) ? sqlState : undefined,
    constraint: nameOf(inner.constraint),
    table: nameOf(inner.table),
    column: nameOf(inner.column),
  };
}

/** A name as the driver has it (a string), or Prisma's adapter (`{ index }`). */
function nameOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const { index } = (value ?? {}) as { index?: unknown };
  return typeof index === 'string' ? index : undefined;
}
