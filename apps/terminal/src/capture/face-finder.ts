import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** Looks for faces, in a thread of its own, with the detector of the authentication server. */
export class FaceFinder {
  readonly #worker: Worker;
  readonly #waiting: ((hasFace: boolean | undefined) => void)[] = [];
  #lost = false;

  /** Starts to load the models: half a second of a core, and some 240 MiB until it is closed. `tellLost` is told once why faces can't be looked for. */
  constructor(tellLost: (why: string) => void, workerFile: string = workerLocation()) {
    // what models print is nothing for who reads a command's output
    this.#worker = new Worker(workerFile, { stdout: true, stderr: true });
    this.#worker.on('message', (hasFace: boolean | undefined) => this.#waiting.shift()?.(hasFace));
    this.#worker.on('error', ({ message }: Error) => {
      this.#lose();
      tellLost(message);
    });
    this.#worker.on('exit', () => this.#lose());
  }

  /** Whether there is a face in a JPEG; undefined where that can't be told. */
  hasFace(jpeg: Uint8Array): Promise<boolean | undefined> {
    if (this.#lost) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#worker.postMessage(jpeg);
    });
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #lose(): void {
    this.#lost = true;
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }
}

/** In a bundle the thread's file is one of its own, beside the program's. */
function workerLocation(): string {
  const name = import.meta.url.endsWith('.ts') ? './face-worker-from-source.mjs' : './face-worker.js';
  return fileURLToPath(new URL(name, import.meta.url));
}
