import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One migration, as Prisma lays it out: a folder named for it with a `migration.sql`. */
export interface Migration {
  /** `YYYYMMDDhhmmss_what_changes`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, lower-case hex. */
  readonly checksum: string;
}

/** The migrations in a folder, in their order; none when there is no folder. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = existsSync(folder) ? await readdir(folder, { withFileTypes: true }) : [];
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: checksumOf(sql) };
    }),
  );
}

/** Whether a recorded checksum is that of this file; a checkout may have changed its line ends since. */
export function matchesChecksum(migration: Migration, recorded: string): boolean {
  const unix = migration.sql.replaceAll('\r\n', '\n');
  return [migration.checksum, checksumOf(unix), checksumOf(unix.replaceAll('\n', '\r\n'))].includes(recorded);
}

/**
 * Where a server's migrations are: beside its bundle, where the build copies them, or in its sources.
 *
 * @param moduleUrl `import.meta.url` of a module directly in the server's `src` folder; in the bundle that is the
 *   bundle's own.
 */
export function migrationsFolder(moduleUrl: string): string {
  const besideBundle = fileURLToPath(new URL('./migrations', moduleUrl));
  return existsSync(besideBundle) ? besideBundle : fileURLToPath(new URL('../prisma/migrations', moduleUrl));
}

function checksumOf(sql: string): string {
  return createHash('sha256').update(sql, 'utf8').digest('hex');
}
