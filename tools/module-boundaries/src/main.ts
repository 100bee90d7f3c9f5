import { fileURLToPath } from 'node:url';
import { checkBoundaries } from './check.ts';

const root = process.argv[2] ?? fileURLToPath(new URL('../../..', import.meta.url));
const { violations, files, imports } = checkBoundaries(root);
for (const { file, line, specifier, rule } of violations) console.error(`${file}:${line}: '${specifier}': ${rule}`);
if (violations.length > 0) {
  console.error(`\n${violations.length} imports cross a boundary; the rules are in docs/architecture.md.`);
  process.exitCode = 1;
} else {
  console.log(`${imports} imports in ${files} files keep to the module boundaries`);
}
