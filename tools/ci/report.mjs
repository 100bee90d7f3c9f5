// Prints `N passed, N failed[, N skipped]` for a run of .ci/run and exits 0 only if nothing failed.
// The jest run counts per test; the static checks and the demo count as one each.
import { existsSync, readFileSync } from 'node:fs';

const [tests, demo] = process.argv.slice(2).map(Number);
const counts = existsSync('.data/test-counts.json')
  ? JSON.parse(readFileSync('.data/test-counts.json', 'utf8'))
  : { passed: 0, failed: 0, skipped: 0 };
// A failed `npm test` in which no test failed is a failed static check, or a run that ended early.
if (tests !== 0 && counts.failed === 0) counts.failed++;
counts[demo === 0 ? 'passed' : 'failed']++;
console.log(`${counts.passed} passed, ${counts.failed} failed${counts.skipped ? `, ${counts.skipped} skipped` : ''}`);
process.exit(counts.failed === 0 && tests === 0 && demo === 0 ? 0 : 1);
