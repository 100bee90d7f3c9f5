import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { nextMessage } from './next-message.ts';

/** What the process of the floor is told: to compute, and to say what came of it. */
export type PacedFloorTask = 'begin' | 'end';

/** What it answers: that it is ready, and what a download took. */
export type PacedFloorAnswer = { readonly perDownloadMs: number | undefined };

/**
 * The cryptography of downloads at the pace of calls, in a process of its own beside downloads: between two calls the processor does something
 * else, as it does for a server, and what its caches held is gone. The difference to the floor measured in a loop is what the machine
 * and its load take of everything that runs, cryptography or not.
 */
export class PacedFloor {
  private constructor(private readonly process: ChildProcess) {}

  /** Resolves when the process has warmed up. */
  static async start(): Promise<PacedFloor> {
    const child = fork(resolve(import.meta.dirname, 'paced-floor-process.ts'), [], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await nextMessage<PacedFloorAnswer>(child);
    return new PacedFloor(child);
  }

  /** @returns processor time of one download's cryptography beside some work, in milliseconds; undefined when the work was over before one was completed */
  async beside(work: () => Promise<unknown>): Promise<number | undefined> {
    this.tell('begin');
    try {
      await work();
    } finally {
      this.tell('end');
    }
    return (await nextMessage<PacedFloorAnswer>(this.process)).perDownloadMs;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.disconnect();
    await gone;
  }

  private tell(task: PacedFloorTask): void {
    this.process.send(task);
  }
}
