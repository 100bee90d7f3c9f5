// Entry of the thread when the terminal runs from its TypeScript sources. `--import tsx` does nothing in a thread under
// Node 20, its registration has to be called there.
import { register } from 'tsx/esm/api';

register();
await import('./face-worker.ts');
