import { randomBytes } from 'node:crypto';
import { ensurePki } from '../ensure-pki.ts';
import { plan } from './plan.ts';

// Run by the test of concurrent processes: `node --import tsx ensure-in-process.ts <directory>`, prints the report.
const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('which directory?');
console.log(JSON.stringify(await ensurePki(directory, plan, { at: new Date(), random: randomBytes })));
