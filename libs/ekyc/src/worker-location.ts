import { fileURLToPath } from 'node:url';

/**
 * The file a worker thread is started from, seen from the module at `moduleUrl`.
 *
 * Out of TypeScript sources (tests, development) it is `worker-from-source.mjs` beside this file. In a bundle this file is
 * part of the program's main file, and the worker is a bundle of its own, `worker.js` in the same folder (its entry point
 * is `@tegata/ekyc/worker`).
 */
export function workerLocation(moduleUrl: string = import.meta.url): string {
  const name = moduleUrl.endsWith('.ts') ? './worker-from-source.mjs' : './worker.js';
  return fileURLToPath(new URL(name, moduleUrl));
}
