// Starts the worker from TypeScript sources: development and tests only. A bundle starts document-worker.js instead.
import { register } from 'tsx/esm/api';

register();
await import('./document-worker.ts');
