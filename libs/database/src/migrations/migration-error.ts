export type MigrationErrorCode =
  /** A file differs from what was applied under its name. */
  | 'MIGRATION_EDITED'
  /** An earlier run, by Prisma's CLI, stopped half way; a person has to look. */
  | 'MIGRATION_INCOMPLETE'
  /** A file was refused; nothing of it was applied. */
  | 'MIGRATION_FAILED'
  /** Somebody else has been migrating for too long. */
  | 'MIGRATION_LOCKED';

/** The database cannot be brought to the schema of this release. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  readonly code: MigrationErrorCode;
  /** Name of the migration in question, where there is one. */
  readonly migration: string | undefined;

  constructor(code: MigrationErrorCode, message: string, migration?: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.migration = migration;
  }
}
