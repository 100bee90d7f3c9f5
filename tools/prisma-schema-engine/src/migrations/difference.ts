import { type PrismaOutcome, prisma } from '../prisma-cli.ts';

/** How far a server's schema is from what its migrations make. */
export interface Difference {
  /** SQL that leads from the migrations to the schema; empty when there is nothing to do. */
  readonly sql: string;
}

/**
 * Apply an app's migrations to a database made for the purpose and compare the outcome with its `schema.prisma`.
 *
 * @param app folder with `prisma.config.ts`.
 * @param serverUrl a server on which databases may be made.
 * @throws Error with Prisma's words when a migration fails or the schema is not valid.
 */
export async function differenceOf(app: string, serverUrl: string): Promise<Difference> {
  const words = ['--from-migrations', 'prisma/migrations', '--to-schema', 'prisma/schema.prisma'];
  const outcome = await prisma(['migrate', 'diff', ...words, '--script', '--exit-code'], {
    cwd: app,
    databaseUrl: serverUrl,
  });
  if (outcome.status === 0) return { sql: '' };
  if (outcome.status === 2) return { sql: `${outcome.stdout.trim()}\n` };
  throw new Error(complaint(outcome));
}

/** What Prisma complains of, without the lines in which it says what it is doing. */
function complaint({ stdout, stderr, status }: PrismaOutcome): string {
  const lines = `${stdout}\n${stderr}`
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(Loaded )?Prisma /.test(line));
  return lines.join('\n') || `prisma ended with ${status}`;
}
