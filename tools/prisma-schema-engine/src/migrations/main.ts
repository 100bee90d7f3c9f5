import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { acquireTestServer } from '@tegata/local-postgres';
import { Command } from 'commander';
import { differenceOf } from './difference.ts';
import { newMigration } from './new-migration.ts';

const program = new Command('migrations').description("Write and check the migrations of a server's database.");

program
  .command('new')
  .description('write the migration from the last one to the schema as it is now')
  .argument('<app>', 'folder of the server')
  .requiredOption('--name <name>', 'what changes, in lower_snake_case')
  .action(async (app: string, { name }: { name: string }) => {
    const file = await withServer((serverUrl) => newMigration({ app, name, serverUrl, now: new Date() }));
    if (file === undefined) console.log('The migrations already make this schema.');
    else console.log(`${readFileSync(file, 'utf8')}\nWritten to ${file}: read it before you commit it.`);
  });

program
  .command('drift')
  .description('fail when the migrations do not make the schema')
  .argument('<app>', 'folder of the server')
  .action(async (app: string) => {
    const { sql } = await withServer((serverUrl) => differenceOf(app, serverUrl));
    if (sql === '') return;
    console.error(`The migrations of ${app} do not make its schema. Missing:\n\n${sql}`);
    console.error(`Write them with: npx nx migrate-new ${basename(app)} -- --name <what_changes>`);
    process.exitCode = 1;
  });

/** Everything happens in databases made for the purpose, so that any server will do. */
async function withServer<T>(work: (serverUrl: string) => Promise<T>): Promise<T> {
  const server = await acquireTestServer();
  try {
    return await work(server.url);
  } finally {
    await server.release();
  }
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 1;
}
