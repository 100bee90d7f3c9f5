// Writes docs/sgp23-coverage.md.
import { writeFileSync } from 'node:fs';
import { coveragePage, renderCoverage } from './coverage.ts';

writeFileSync(coveragePage, renderCoverage());
