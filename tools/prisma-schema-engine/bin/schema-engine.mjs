#!/usr/bin/env node
// What PRISMA_SCHEMA_ENGINE_BINARY points to. Prisma reads standard error as JSON, line by line, which a warning of Node's is not.
process.removeAllListeners('warning');

// The loader is found from here, so that the engine may be run in any directory.
const { register } = await import('tsx/esm/api');
register();
await import('../src/main.ts');
