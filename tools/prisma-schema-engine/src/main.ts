// Stands in for Prisma's native `schema-engine`, which npm does not carry: same command line, same protocol on
// standard input and output, the same engine inside, as WebAssembly.
import { readArguments } from './arguments.ts';
import { runDatabaseCommand } from './database-commands.ts';
import { serveRpc } from './rpc-server.ts';
import { engineVersion } from './wasm-engine.ts';

const wanted = readArguments(process.argv.slice(2));

if (wanted.run === 'version') {
  console.log(`schema-engine-cli ${engineVersion()}`);
} else if (wanted.run === 'database-command') {
  const failed = await runDatabaseCommand(wanted.command, wanted.url);
  if (failed !== undefined) {
    // The CLI drops the first line, in which the native engine says how it was called.
    process.stderr.write(`\n${JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields: failed })}`);
    process.exitCode = 1;
  }
} else {
  await serveRpc({ ...wanted, input: process.stdin, output: process.stdout });
  // The CLI closes the input when it has all answers; connections are still open then.
  process.exit(0);
}
