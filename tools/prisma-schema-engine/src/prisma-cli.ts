import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The engine as a program that Prisma can start. */
export const ENGINE = fileURLToPath(new URL('../bin/schema-engine.mjs', import.meta.url));

const PRISMA = join(dirname(createRequire(import.meta.url).resolve('prisma/package.json')), 'build', 'index.js');

/** What a run of the Prisma CLI came to. */
export interface PrismaOutcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface PrismaRun {
  /** Folder with `prisma.config.ts`. */
  readonly cwd: string;
  /** Connection string of the database to work on. */
  readonly databaseUrl?: string;
  /** Text for standard input. */
  readonly input?: string;
}

/** Variables with which the Prisma CLI downloads nothing and asks nobody about newer versions. */
export const offlineEnvironment = { PRISMA_SCHEMA_ENGINE_BINARY: ENGINE, CHECKPOINT_DISABLE: '1' } as const;

/** Run the Prisma CLI to its end, offline and without asking questions. */
export function prisma(words: readonly string[], { cwd, databaseUrl, input }: PrismaRun): Promise<PrismaOutcome> {
  const env = {
    ...process.env,
    ...offlineEnvironment,
    NO_COLOR: '1',
    // Under jest this names jest's own instance options, which do not suit a plain program.
    NODE_OPTIONS: '',
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
  };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PRISMA, ...words], { cwd, env });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        said[name] += chunk;
      });
    }
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, ...said }));
    child.stdin.end(input ?? '');
  });
}
