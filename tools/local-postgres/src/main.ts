import { relative } from 'node:path';
import { Command } from 'commander';
import { ensureDatabase, withDatabase } from './databases.ts';
import { findLocalPostgres, startLocalPostgres, stopLocalPostgres } from './local-postgres.ts';
import { LocalPostgresError } from './local-postgres-error.ts';
import { DEFAULT_DIRECTORY } from './server-for-development.ts';

interface Options {
  readonly dir: string;
}

const program = new Command('local-postgres')
  .description('The Postgres of this checkout: real, on a loopback port of its own, nothing to install.')
  .option('--dir <directory>', 'where it keeps its data', DEFAULT_DIRECTORY)
  .showHelpAfterError();

const dir = () => program.opts<Options>().dir;
const place = () => relative(process.cwd(), dir()) || '.';

program
  .command('up')
  .description('start it unless it runs; it goes on running')
  .action(async () => {
    if (process.env.DATABASE_URL) {
      console.log('DATABASE_URL is set: the local Postgres is not needed');
      return;
    }
    const { port, reused } = await startLocalPostgres({ dir: dir() });
    console.log(`Postgres ${reused ? 'is running' : 'started'} on 127.0.0.1:${port}, data in ${place()}`);
  });

program
  .command('down')
  .description('stop it; its data stays')
  .action(async () => {
    console.log((await stopLocalPostgres(dir())) ? 'Postgres stopped' : 'Postgres was not running');
  });

program
  .command('status')
  .description('say whether it runs; exit code 3 when it does not')
  .action(async () => {
    const found = await findLocalPostgres(dir());
    console.log(found ? `Postgres runs on 127.0.0.1:${found.port}, process ${found.pid}` : 'Postgres does not run');
    if (!found) process.exitCode = 3;
  });

program
  .command('url')
  .description('print a connection string, password included, for psql and the like')
  .argument('[database]', 'database, made when it is not there', 'postgres')
  .action(async (database: string) => {
    const url = process.env.DATABASE_URL || (await findLocalPostgres(dir()))?.url;
    if (!url) throw new LocalPostgresError('NOT_RUNNING', 'Postgres does not run: start it with `up`');
    console.log(withDatabase(await ensureDatabase(url, database), database));
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof LocalPostgresError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}
