import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleWorker, fuzz } from './fuzz.ts';
import { parsers } from './parsers.ts';

const folder = join(fileURLToPath(new URL('../../..', import.meta.url)), '.data', 'fuzzing');
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    parser: { type: 'string', multiple: true, default: Object.keys(parsers) },
  },
});
const unknown = values.parser.filter((name) => !Object.hasOwn(parsers, name));
if (unknown.length > 0 || !/^[1-9]\d{0,4}$/.test(values.seconds) || !/^\d{1,9}$/.test(values.seed)) {
  console.error(`usage: npx nx fuzz fuzzing -- --seconds 20 --seed 1 --parser ${Object.keys(parsers).join('|')}`);
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const worker = await bundleWorker();
console.log(`seed ${values.seed}, ${values.seconds} s each`);
for (const name of values.parser) {
  const options = { worker, folder, seconds: Number(values.seconds), seed: Number(values.seed) };
  const { tries, blocks, corpus, findings } = await fuzz(name, options);
  console.log(`${name.padEnd(28)} ${tries} tries, ${blocks} blocks, ${corpus} inputs, ${findings.length} findings`);
  for (const { what, file } of findings) console.log(`  ${what.replaceAll('\n', '\n  ')}\n  input: ${file}`);
  if (findings.length > 0) process.exitCode = 1;
}
