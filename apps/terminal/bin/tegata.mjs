#!/usr/bin/env node
import { existsSync } from 'node:fs';

const fail = (code, message, hint) => {
  if (process.argv.includes('--json')) console.log(JSON.stringify({ error: { code, message, hint } }));
  else console.error(`${message}\n${hint} (${code})`);
  process.exit(3);
};

// The sources run as they are: TypeScript, and stubs that are generated from proto/.
const made = ['../../../libs/contracts/src/gen/descriptor-image.ts', '../src/gen/capture-page.ts'];
if (!made.every((file) => existsSync(new URL(file, import.meta.url)))) {
  const message = 'The stubs of the contracts, or the capture page, are not generated yet.';
  fail('STUBS_MISSING', message, 'Run: npx nx run-many -t generate -p contracts,terminal');
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
