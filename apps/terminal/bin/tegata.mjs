#!/usr/bin/env node
import { existsSync } from 'node:fs';

const fail = (code, message, hint) => {
  if (process.argv.includes('--json')) console.log(JSON.stringify({ error: { code, message, hint } }));
  else console.error(`${message}\n${hint} (${code})`);
  process.exit(3);
};

// The sources run as they are: TypeScript, and stubs that are generated from proto/.
const stubs = new URL('../../../libs/contracts/src/gen/descriptor-image.ts', import.meta.url);
if (!existsSync(stubs)) {
  fail('STUBS_MISSING', 'The stubs of the contracts are not generated yet.', 'Run: npx nx run contracts:generate');
}
let tsx;
try {
  tsx = await import('tsx/esm/api');
} catch {
  fail('DEPENDENCIES_MISSING', 'The dependencies of the workspace are not installed.', 'Run: npm ci');
}
tsx.register();
const { main } = await import('../src/cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
