import type { DiffResult, SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import { createDatabase, executeScript } from './database-commands.ts';

/** Print a text for the person at the terminal: the engine's standard output is its protocol. */
export type Print = (text: string) => void;

/** One method of the engine's protocol. Its parameters come from Prisma's own CLI of the same version. */
export type Method = (parameters: never) => Promise<unknown>;

interface ExecuteParameters {
  readonly script: string;
  readonly datasourceType: { readonly tag: string; readonly url?: string };
}

/**
 * The methods of the native engine's protocol, by name.
 *
 * @param url connection string of the database that the engine works on.
 */
export function methodsOf(engine: SchemaEngine, url: string | undefined, print: Print): ReadonlyMap<string, Method> {
  const methods: Record<string, Method> = {
    applyMigrations: (parameters) => engine.applyMigrations(parameters),
    createDatabase: async () => ({ databaseName: await createDatabase(required(url)) }),
    createMigration: (parameters) => engine.createMigration(parameters),
    // The module's own would go through the query protocol, which takes one statement at a time.
    dbExecute: async ({ script, datasourceType }: ExecuteParameters) => {
      await executeScript(required(datasourceType.url ?? url), script);
      return null;
    },
    debugPanic: async () => engine.debugPanic(),
    devDiagnostic: (parameters) => engine.devDiagnostic(parameters),
    diagnoseMigrationHistory: (parameters) => engine.diagnoseMigrationHistory(parameters),
    diff: async (parameters) => {
      const result: DiffResult = await engine.diff(parameters);
      // The native engine prints the difference itself and the CLI relies on it.
      if (typeof result.stdout === 'string') print(result.stdout);
      return result;
    },
    ensureConnectionValidity: (parameters) => engine.ensureConnectionValidity(parameters),
    evaluateDataLoss: (parameters) => engine.evaluateDataLoss(parameters),
    getDatabaseVersion: (parameters) => engine.version(parameters),
    introspect: (parameters) => engine.introspect(parameters),
    introspectSql: (parameters) => engine.introspectSql(parameters),
    markMigrationApplied: (parameters) => engine.markMigrationApplied(parameters),
    markMigrationRolledBack: (parameters) => engine.markMigrationRolledBack(parameters),
    reset: (parameters) => engine.reset(parameters),
    schemaPush: (parameters) => engine.schemaPush(parameters),
  };
  return new Map(Object.entries(methods));
}

function required(url: string | undefined): string {
  if (url === undefined) throw new Error('this needs a database: set DATABASE_URL');
  return url;
}
