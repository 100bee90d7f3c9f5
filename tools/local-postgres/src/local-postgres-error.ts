export type LocalPostgresErrorCode =
  | 'UNSUPPORTED_PLATFORM'
  | 'INIT_FAILED'
  | 'START_FAILED'
  | 'STOP_FAILED'
  | 'DIRECTORY_MOVED'
  | 'NOT_RUNNING';

/** A local Postgres could not be made, started or stopped; the message says what a developer can do. */
export class LocalPostgresError extends Error {
  override readonly name = 'LocalPostgresError';
  readonly code: LocalPostgresErrorCode;

  constructor(code: LocalPostgresErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
