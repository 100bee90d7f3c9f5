import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EkycBusyError, type EkycErrorCode } from './errors.ts';
import { type WorkerEvent, WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';

// A worker that speaks the protocol and does as it is told, in place of one that looks at faces.
const OBEDIENT_WORKER = `
import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ task, ask, cancelled }) => {
  const word = new Int32Array(cancelled);
  if (task === 'answer') parentPort.postMessage({ kind: 'answer', answer: ask });
  if (task === 'fail') parentPort.postMessage({ kind: 'failed', code: 'EKYC_UNAVAILABLE', message: 'told to' });
  if (task === 'die') process.exit(3);
  if (task === 'throw') setImmediate(() => { throw new Error('told to'); });
  if (task === 'until cancelled') {
    const look = () => Atomics.load(word, 0) === 0
      ? setTimeout(look, 1)
      : parentPort.postMessage({ kind: 'failed', code: 'EKYC_ABORTED', message: 'given up' });
    look();
  }
  if (task === 'deaf') Atomics.wait(word, 0, 2);
});
parentPort.postMessage({ kind: 'ready' });
`;

describe('the worker pool', () => {
  const folder = mkdtempSync(join(tmpdir(), 'worker-pool-'));
  const workerFile = join(folder, 'worker.mjs');
  let pool: WorkerPool;
  let events: WorkerEvent[];

  beforeAll(() => writeFileSync(workerFile, OBEDIENT_WORKER));
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(() => pool?.close());

  async function start(options: Partial<WorkerPoolOptions> = {}): Promise<void> {
    events = [];
    pool = await WorkerPool.start({
      workerFile,
      workers: 1,
      queueLimit: 2,
      deadlineMs: 20_000,
      graceMs: 20_000,
      onWorkerEvent: (event) => events.push(event),
      ...options,
    });
  }

  /** The code of the error a promise is rejected with. */
  const codeOf = (promise: Promise<unknown>): Promise<EkycErrorCode | 'none'> =>
    promise.then(
      () => 'none' as const,
      (error: { code: EkycErrorCode }) => error.code,
    );

  it('does what waits in order, as many at once as there are workers', async () => {
    await start({ workers: 2, queueLimit: 10 });
    const answers = await Promise.all([1, 2, 3, 4, 5].map((ask) => pool.run('answer', ask)));
    expect(answers).toEqual([1, 2, 3, 4, 5]);
    expect(pool.state).toEqual({ idle: 2, running: 0, waiting: 0, lost: 0 });
  });

  it('refuses what does not fit into the queue, and says when to come again', async () => {
    await start();
    const givenUp = new AbortController();
    const first = codeOf(pool.run('until cancelled', 0, givenUp.signal));
    const waiting = [pool.run('answer', 'a'), pool.run('answer', 'b')];
    const refused = await pool.run('answer', 'c').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(EkycBusyError);
    expect((refused as EkycBusyError).retryAfterMs).toBeGreaterThan(0);
    givenUp.abort();
    expect(await first).toBe('EKYC_ABORTED');
    expect(await Promise.all(waiting)).toEqual(['a', 'b']);
  });

  it.each(['die', 'throw'])('replaces a worker that %ss, and only its own task fails', async (task) => {
    await start();
    const [lost, next] = [codeOf(pool.run(task, 0)), pool.run('answer', 'next')];
    expect(await lost).toBe('EKYC_WORKER_CRASHED');
    expect(await next).toBe('next');
    expect(events.map(({ event }) => event)).toEqual(['started', 'lost', 'started']);
  });

  it('passes on what a worker could not do, and keeps the worker', async () => {
    await start();
    expect(await codeOf(pool.run('fail', 0))).toBe('EKYC_UNAVAILABLE');
    expect(pool.state.lost).toBe(0);
  });

  it('gives up at the deadline, also what still waits, and goes on with the worker', async () => {
    await start({ deadlineMs: 50 });
    const late = await Promise.all([pool.run('until cancelled', 0), pool.run('until cancelled', 1)].map(codeOf));
    expect(late).toEqual(['EKYC_DEADLINE', 'EKYC_DEADLINE']);
    expect(pool.state.lost).toBe(0);
  });

  it('frees the place of what is given up while it waits', async () => {
    await start();
    const [running, waiting] = [new AbortController(), new AbortController()];
    const first = codeOf(pool.run('until cancelled', 0, running.signal));
    const second = codeOf(pool.run('answer', 0, waiting.signal));
    expect(pool.state.waiting).toBe(1);
    waiting.abort();
    expect(await second).toBe('EKYC_ABORTED');
    expect(pool.state).toMatchObject({ running: 1, waiting: 0 });
    running.abort();
    expect(await first).toBe('EKYC_ABORTED');
  });

  it('replaces a worker that does not notice its deadline', async () => {
    await start({ deadlineMs: 50, graceMs: 50 });
    expect(await codeOf(pool.run('deaf', 0))).toBe('EKYC_DEADLINE');
    await pool.close();
    await start({ deadlineMs: 20_000, graceMs: 50 });
    const givenUp = new AbortController();
    const deaf = codeOf(pool.run('deaf', 0, givenUp.signal));
    const next = pool.run('answer', 'next');
    givenUp.abort();
    expect(await deaf).toBe('EKYC_ABORTED');
    expect(await next).toBe('next');
    expect(pool.state.lost).toBe(1);
  });

  it('takes nothing for a caller who has gone before', async () => {
    await start();
    expect(await codeOf(pool.run('answer', 0, AbortSignal.abort()))).toBe('EKYC_ABORTED');
  });

  it('finishes what runs and refuses what waits when it closes', async () => {
    await start();
    const [running, waiting] = [pool.run('answer', 'running'), codeOf(pool.run('answer', 'waiting'))];
    await pool.close();
    expect(await running).toBe('running');
    expect(await waiting).toBe('EKYC_CLOSED');
    expect(await codeOf(pool.run('answer', 0))).toBe('EKYC_CLOSED');
  });

  it('says so when its workers do not start', async () => {
    expect(await codeOf(start({ workerFile: join(folder, 'nowhere.mjs') }))).toBe('EKYC_UNAVAILABLE');
  });
});
