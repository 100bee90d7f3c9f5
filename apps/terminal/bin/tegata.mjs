#!/usr/bin/env node
import { existsSync } from 'node:fs';

const fail = (code, message, hint) => {
  if (process.argv.includes('--json')) console.log(JSON.stringify({ error: { code, message, hint } }));
  else console.error(`${message}\n${hint} (${code})`);
  process.exit(3);
};

// Whoever reads may have seen enough, as `head` has; the command goes on and does what it was asked.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const { main } = await (process.env.TEGATA_PROGRAMS === 'built' ? bundle() : sources());
process.exitCode = await main(process.argv.slice(2));

/** What `nx build terminal` made: it starts three times as fast, and is as new as the last build. */
async function bundle() {
  const file = new URL('../dist/main.js', import.meta.url);
  if (existsSync(file)) return import(file.href);
  return fail('BUNDLE_MISSING', 'TEGATA_PROGRAMS is "built", but there is no bundle.', 'Run: npx nx build terminal');
}

/** The sources run as they are: TypeScript, and stubs that are generated from proto/. */
async function sources() {
  const made = ['../../../libs/contracts/src/gen/descriptor-image.ts', '../src/gen/capture-page.ts'];
  if (!made.every((file) => existsSync(new URL(file, import.meta.url)))) {
    const message = 'The stubs of the contracts, or the capture page, are not generated yet.';
    fail('STUBS_MISSING', message, 'Run: npx nx run-many -t generate -p contracts,terminal');
  }
  const tsx = await import('tsx/esm/api').catch(() =>
    fail('DEPENDENCIES_MISSING', 'The dependencies of the workspace are not installed.', 'Run: npm ci'),
  );
  tsx.register();
  return import('../src/cli/main.ts');
}
