import { parseArgs } from 'node:util';

/** A database command: `schema-engine --datasource {...} cli NAME`. */
export type DatabaseCommand = 'can-connect-to-database' | 'create-database';

/** What the Prisma CLI asks of its engine on the command line. */
export type EngineArguments =
  | { readonly run: 'version' }
  | { readonly run: 'database-command'; readonly command: DatabaseCommand; readonly url: string }
  | {
      readonly run: 'rpc';
      /** Schema files given to the engine at its start. */
      readonly schemaFiles: readonly string[];
      /** Connection string; absent for work that needs no database. */
      readonly url: string | undefined;
    };

const DATABASE_COMMANDS: readonly string[] = ['can-connect-to-database', 'create-database'];

/**
 * Read the command line of the native engine.
 *
 * @param argv words after the program's name.
 * @throws Error for a command that the native engine has not either, or one without its database.
 */
export function readArguments(argv: readonly string[]): EngineArguments {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    // Options that only matter to other databases are passed over.
    strict: false,
    options: {
      datamodels: { type: 'string', multiple: true },
      datasource: { type: 'string' },
      version: { type: 'boolean' },
      'enabled-preview-features': { type: 'string' },
      'extension-types': { type: 'string' },
    },
  });
  if (values.version) return { run: 'version' };
  const url = typeof values.datasource === 'string' ? urlOf(values.datasource) : undefined;
  if (positionals[0] === 'cli') {
    const command = positionals[1];
    if (!isDatabaseCommand(command)) throw new Error(`unknown command: cli ${command ?? ''}`);
    if (url === undefined) throw new Error(`cli ${command} needs --datasource`);
    return { run: 'database-command', command, url };
  }
  const schemaFiles = (values.datamodels ?? []).filter((file): file is string => typeof file === 'string');
  return { run: 'rpc', schemaFiles, url };
}

function isDatabaseCommand(word: string | undefined): word is DatabaseCommand {
  return word !== undefined && DATABASE_COMMANDS.includes(word);
}

function urlOf(datasource: string): string | undefined {
  const { url } = JSON.parse(datasource) as { url?: unknown };
  return typeof url === 'string' && url !== '' ? url : undefined;
}
