import { Worker } from 'node:worker_threads';
import { EkycBusyError, EkycError } from './errors.ts';
import type { TaskMessage, WorkerMessage } from './worker-protocol.ts';

/** What happened to a worker, for the log. */
export interface WorkerEvent {
  readonly event: 'started' | 'lost';
  /** why it was lost; nothing about any picture */
  readonly cause?: string;
}

/** How a pool is sized. */
export interface WorkerPoolOptions {
  /** file the threads are started from */
  readonly workerFile: string;
  /** threads */
  readonly workers: number;
  /** tasks that may wait; the next is refused */
  readonly queueLimit: number;
  /** milliseconds from asking to the answer, waiting included */
  readonly deadlineMs: number;
  /** milliseconds a worker has to notice that its task was given up, before it is replaced */
  readonly graceMs: number;
  readonly onWorkerEvent?: (event: WorkerEvent) => void;
}

/** How busy a pool is. */
export interface PoolState {
  readonly idle: number;
  readonly running: number;
  readonly waiting: number;
  /** workers lost since the start */
  readonly lost: number;
}

interface Job {
  readonly task: string;
  readonly ask: unknown;
  readonly cancelled: SharedArrayBuffer;
  readonly settle: (outcome: { answer: unknown } | { error: EkycError }) => void;
  /** whether the asker has its answer or error already */
  settled: boolean;
}

interface Slot {
  worker: Worker | undefined;
  state: 'starting' | 'idle' | 'running' | 'closed';
  job: Job | undefined;
  startedAt: number;
  grace: NodeJS.Timeout | undefined;
  /** starts in a row that came to nothing */
  failures: number;
}

/** First wait before a worker that failed to start is started again; doubles each time, up to the last. */
const RESTART_FIRST_MS = 250;
const RESTART_LAST_MS = 30_000;

/**
 * Worker threads that do one task at a time each, behind a bounded queue.
 *
 * A thread that dies fails its own task and no other, and is replaced. A task past its deadline is given up at once for
 * the asker; the thread notices between two pictures and goes on with the next task, or is replaced when it does not.
 */
export class WorkerPool {
  private readonly slots: Slot[];
  private readonly waiting: Job[] = [];
  private lost = 0;
  private closing = false;
  /** moving mean of how long a task takes */
  private usualMs = 3_000;

  private constructor(private readonly options: WorkerPoolOptions) {
    this.slots = Array.from({ length: options.workers }, () => ({
      worker: undefined,
      state: 'starting',
      job: undefined,
      startedAt: 0,
      grace: undefined,
      failures: 0,
    }));
  }

  /** Starts every worker and waits until all are ready. Throws EKYC_UNAVAILABLE when one does not come up. */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    try {
      await Promise.all(
        pool.slots.map((slot) => new Promise<void>((ready, failed) => pool.launch(slot, ready, failed))),
      );
    } catch (error) {
      await pool.close();
      throw new EkycError('EKYC_UNAVAILABLE', 'the analysis workers do not start', { cause: error });
    }
    return pool;
  }

  get state(): PoolState {
    const count = (state: Slot['state']) => this.slots.filter((slot) => slot.state === state).length;
    return { idle: count('idle'), running: count('running'), waiting: this.waiting.length, lost: this.lost };
  }

  /**
   * Has a worker do a task. Throws EKYC_BUSY when the queue is full, EKYC_DEADLINE, EKYC_ABORTED (by `signal`),
   * EKYC_WORKER_CRASHED, EKYC_CLOSED, or what the worker says.
   */
  async run(task: string, ask: unknown, signal?: AbortSignal): Promise<unknown> {
    if (this.closing) throw new EkycError('EKYC_CLOSED', 'the engine is closed');
    if (signal?.aborted) throw new EkycError('EKYC_ABORTED', 'given up');
    const full = this.state.idle === 0 && this.waiting.length >= this.options.queueLimit;
    if (full) throw new EkycBusyError(this.likelyWaitMs());
    return new Promise((resolve, reject) => {
      const idle = this.slots.find(({ state }) => state === 'idle');
      const giveUp = (code: 'EKYC_DEADLINE' | 'EKYC_ABORTED', message: string) => {
        job.settle({ error: new EkycError(code, message) });
        this.withdraw(job);
      };
      const deadline = setTimeout(() => giveUp('EKYC_DEADLINE', 'no verdict in time'), this.options.deadlineMs);
      const onAbort = () => giveUp('EKYC_ABORTED', 'given up');
      signal?.addEventListener('abort', onAbort, { once: true });
      const job: Job = {
        task,
        ask,
        cancelled: new SharedArrayBuffer(4),
        settled: false,
        settle: (outcome) => {
          if (job.settled) return;
          job.settled = true;
          clearTimeout(deadline);
          signal?.removeEventListener('abort', onAbort);
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.answer);
        },
      };
      if (idle === undefined) this.waiting.push(job);
      else this.begin(idle, job);
    });
  }

  /** Refuses what waits, lets what runs come to its end (within its deadline), and ends the workers. */
  async close(): Promise<void> {
    this.closing = true;
    for (const job of this.waiting.splice(0))
      job.settle({ error: new EkycError('EKYC_CLOSED', 'the engine is closed') });
    await Promise.all(this.slots.map((slot) => this.retire(slot)));
  }

  private async retire(slot: Slot): Promise<void> {
    const { worker, job } = slot;
    if (worker !== undefined && job !== undefined) {
      await new Promise<void>((done) => {
        worker.once('message', () => done());
        worker.once('exit', () => done());
      });
    }
    slot.state = 'closed';
    clearTimeout(slot.grace);
    await slot.worker?.terminate();
  }

  private launch(slot: Slot, ready?: () => void, failed?: (error: Error) => void): void {
    // without the parent's options: those of a test runner or debugger are not for the worker
    const worker = new Worker(this.options.workerFile, { execArgv: [] });
    slot.worker = worker;
    slot.state = 'starting';
    let cause: Error | undefined;
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'ready') {
        slot.failures = 0;
        this.options.onWorkerEvent?.({ event: 'started' });
        ready?.();
        this.free(slot);
      } else {
        this.finish(slot, message);
      }
    });
    worker.on('error', (error: Error) => {
      cause = error;
    });
    worker.on('exit', (code) => this.onExit(slot, cause ?? new Error(`the worker ended with code ${code}`), failed));
  }

  private begin(slot: Slot, job: Job): void {
    slot.state = 'running';
    slot.job = job;
    slot.startedAt = performance.now();
    // an idle worker does not keep the process alive, a running one does
    slot.worker?.ref();
    const message: TaskMessage = { task: job.task, ask: job.ask, cancelled: job.cancelled };
    slot.worker?.postMessage(message);
  }

  private finish(slot: Slot, message: Exclude<WorkerMessage, { kind: 'ready' }>): void {
    this.usualMs += (performance.now() - slot.startedAt - this.usualMs) / 8;
    slot.job?.settle(
      message.kind === 'answer' ? { answer: message.answer } : { error: new EkycError(message.code, message.message) },
    );
    this.free(slot);
  }

  /** Gives a worker its next task, or rest. */
  private free(slot: Slot): void {
    clearTimeout(slot.grace);
    slot.job = undefined;
    const next = this.closing ? undefined : this.waiting.shift();
    if (next !== undefined) {
      this.begin(slot, next);
    } else {
      slot.state = 'idle';
      slot.worker?.unref();
    }
  }

  /** Takes back a task nobody waits for any more. */
  private withdraw(job: Job): void {
    const place = this.waiting.indexOf(job);
    if (place >= 0) this.waiting.splice(place, 1);
    Atomics.store(new Int32Array(job.cancelled), 0, 1);
    const slot = this.slots.find((candidate) => candidate.job === job);
    if (slot !== undefined) slot.grace = setTimeout(() => void slot.worker?.terminate(), this.options.graceMs).unref();
  }

  private onExit(slot: Slot, cause: Error, failed?: (error: Error) => void): void {
    clearTimeout(slot.grace);
    const neverReady = slot.state === 'starting';
    const { job } = slot;
    slot.job = undefined;
    slot.worker = undefined;
    if (slot.state === 'closed' || this.closing) {
      slot.state = 'closed';
      job?.settle({ error: new EkycError('EKYC_WORKER_CRASHED', 'the worker died over this decision', { cause }) });
      failed?.(cause);
      return;
    }
    this.lost++;
    this.options.onWorkerEvent?.({ event: 'lost', cause: cause.message });
    job?.settle({ error: new EkycError('EKYC_WORKER_CRASHED', 'the worker died over this decision', { cause }) });
    slot.state = 'starting';
    if (!neverReady) {
      this.launch(slot);
    } else if (failed !== undefined) {
      failed(cause);
    } else {
      const wait = Math.min(RESTART_LAST_MS, RESTART_FIRST_MS * 2 ** slot.failures++);
      setTimeout(() => !this.closing && this.launch(slot), wait).unref();
    }
  }

  /** When a place in the queue is likely to be free. */
  private likelyWaitMs(): number {
    return Math.ceil(this.usualMs / this.options.workers);
  }
}
