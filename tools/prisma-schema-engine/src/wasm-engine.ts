import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import { EngineAdapterFactory } from './engine-adapter.ts';

// Node has it, but TypeScript declares it only for browsers.
declare const WebAssembly: {
  instantiate(module: Uint8Array, imports: object): Promise<{ readonly instance: { readonly exports: object } }>;
};

const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg'));

let panic: string | undefined;

/**
 * Message of the panic after which the engine cannot be used any more. What was asked of it then stays unanswered: the
 * panic surfaces outside, as an uncaught exception.
 */
export function panicMessage(): string | undefined {
  return panic;
}

/** Version of the engine: Prisma's release and the commit of its sources. */
export function engineVersion(): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return version;
}

/**
 * Load Prisma's own WebAssembly build of the schema engine.
 *
 * @param schemaFiles paths of the schema files it starts with.
 * @param url connection string of the database to work on. This build asks it for its version before anything else,
 *   so that it needs one even to compare two schema files, which the native engine does without.
 * @throws Error when there is none.
 */
export async function loadEngine(
  schemaFiles: readonly string[],
  url: string | undefined,
): Promise<bindings.SchemaEngine> {
  if (url === undefined) throw new Error('Prisma needs a database for this: set DATABASE_URL');
  // The module calls this by name.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      set_message: (message: string) => {
        panic = message;
      },
    },
  });
  const module = readFileSync(join(folder, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(module, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports as { __wbindgen_start(): void }).__wbindgen_start();
  // An empty list is not "no schema": the engine panics.
  const datamodels = schemaFiles.map((path): [string, string] => [path, readFileSync(path, 'utf8')]);
  return bindings.SchemaEngine.new(
    { datamodels: datamodels.length === 0 ? undefined : datamodels },
    () => {},
    bindMigrationAwareSqlAdapterFactory(new EngineAdapterFactory(url)),
  );
}
