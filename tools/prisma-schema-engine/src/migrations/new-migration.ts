import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { differenceOf } from './difference.ts';

export interface NewMigration {
  /** Folder with `prisma.config.ts`. */
  readonly app: string;
  /** What changes, in lower snake case: the end of the folder's name. */
  readonly name: string;
  /** A server on which databases may be made. */
  readonly serverUrl: string;
  /** Gives the folder its place in the order. */
  readonly now: Date;
}

/**
 * Write the migration that brings a database from the migrations there are to the schema as it is now.
 *
 * @returns path of its `migration.sql`, or `undefined` when nothing has changed.
 * @throws Error for a name of another form, or when Prisma refuses the schema or a migration.
 */
export async function newMigration({ app, name, serverUrl, now }: NewMigration): Promise<string | undefined> {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`"${name}" is no name for a migration: use lower_snake_case`);
  const { sql } = await differenceOf(app, serverUrl);
  if (sql === '') return undefined;
  const folder = join(app, 'prisma', 'migrations', `${timestamp(now)}_${name}`);
  mkdirSync(folder);
  const file = join(folder, 'migration.sql');
  writeFileSync(file, sql);
  return file;
}

/** `YYYYMMDDhhmmss` in UTC, as Prisma's own CLI has it. */
function timestamp(now: Date): string {
  return now.toISOString().slice(0, 19).replace(/[-:T]/g, '');
}
