/** What went wrong in the database, as far as a caller can do something about it. */
export type DatabaseErrorCode =
  | 'UNIQUE_VIOLATION'
  | 'FOREIGN_KEY_VIOLATION'
  | 'CHECK_VIOLATION'
  | 'NOT_NULL_VIOLATION'
  /** A statement named a row that must be there, and it is not. */
  | 'ROW_NOT_FOUND'
  /** Two transactions could not both be right; the same transaction may succeed when it is run again. */
  | 'SERIALIZATION_FAILURE'
  | 'DEADLOCK'
  /** A lock was not to be had in time. */
  | 'LOCK_TIMEOUT'
  /** A statement or transaction ran longer than it may. */
  | 'STATEMENT_TIMEOUT'
  /** There is no connection, or it broke before anything was committed. */
  | 'CONNECTION_LOST'
  /** The connection broke during COMMIT: whether the transaction happened is unknown. */
  | 'COMMIT_UNKNOWN'
  /** No connection became free in time: the service has more to do than its pool can carry. */
  | 'POOL_EXHAUSTED'
  /** Anything else: a defect of the statement, the schema or the server. */
  | 'DATABASE_FAILURE';

/** Where in the schema an error arose; names from our own migrations, never data. */
export interface DatabaseErrorPlace {
  /** SQLSTATE, five characters (PostgreSQL manual, appendix A). */
  readonly sqlState?: string | undefined;
  readonly constraint?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
}

const MESSAGES: Record<DatabaseErrorCode, string> = {
  UNIQUE_VIOLATION: 'a row with this key exists',
  FOREIGN_KEY_VIOLATION: 'a row that is referred to does not exist, or is still referred to',
  CHECK_VIOLATION: 'a value is not allowed',
  NOT_NULL_VIOLATION: 'a value is missing',
  ROW_NOT_FOUND: 'no such row',
  SERIALIZATION_FAILURE: 'another transaction was first',
  DEADLOCK: 'transactions waited for each other',
  LOCK_TIMEOUT: 'a lock could not be had in time',
  STATEMENT_TIMEOUT: 'a statement took too long',
  CONNECTION_LOST: 'the database cannot be reached',
  COMMIT_UNKNOWN: 'the connection to the database broke during a commit',
  POOL_EXHAUSTED: 'no database connection became free in time',
  DATABASE_FAILURE: 'the database refused a statement',
};

/**
 * A failure of the database, fit for logs: it carries neither the statement nor its values, and not the driver's
 * error, whose texts quote both. The server's own log has the rest.
 */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code: DatabaseErrorCode;
  readonly place: DatabaseErrorPlace;

  constructor(code: DatabaseErrorCode, place: DatabaseErrorPlace = {}) {
    const names = [place.sqlState, place.constraint ?? place.column ?? place.table].filter(Boolean).join(', ');
    super(names === '' ? MESSAGES[code] : `${MESSAGES[code]} (${names})`);
    this.code = code;
    this.place = place;
  }

  /** Whether nothing has happened and the same transaction may succeed when it is run again. */
  get retryable(): boolean {
    return this.code === 'SERIALIZATION_FAILURE' || this.code === 'DEADLOCK';
  }
}
