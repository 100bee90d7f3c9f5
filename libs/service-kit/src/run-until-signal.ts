import type { Logger } from 'pino';

/** Something that runs and can be stopped. */
export interface Stoppable {
  stop(): Promise<void>;
}

/** What a program's run needs beside itself. */
export interface RunOptions {
  readonly logger: Logger;
  /** Signals that end it. */
  readonly signals?: readonly NodeJS.Signals[];
  /** Time after which a stop that hangs is given up, in milliseconds. */
  readonly stopWithinMs?: number;
  /** The process, for tests. */
  readonly process?: Pick<NodeJS.Process, 'on' | 'off' | 'exit'> & { exitCode?: number | string | null | undefined };
}

/** How long something that was left open, such as half a TLS handshake, may keep a stopped program alive. */
const lingerMs = 1_000;

/**
 * Starts something, waits for SIGINT or SIGTERM, stops it. Resolves when it has stopped; `process.exitCode` is 1 when
 * starting or stopping failed. A signal during the start stops as soon as it has started. The process ends soon after,
 * also when something is still open.
 */
export async function runUntilSignal(start: () => Promise<Stoppable>, options: RunOptions): Promise<void> {
  const { logger, signals = ['SIGINT', 'SIGTERM'], stopWithinMs = 20_000 } = options;
  const target = options.process ?? process;
  let received: (signal: NodeJS.Signals) => void = () => {};
  const signalled = new Promise<NodeJS.Signals>((resolve) => {
    received = resolve;
  });
  for (const signal of signals) target.on(signal, received);
  try {
    const running = await start();
    logger.info({ signal: await signalled }, 'stopping');
    await within(running.stop(), stopWithinMs);
  } catch (error) {
    logger.fatal({ err: error }, 'ended by an error');
    target.exitCode = 1;
  } finally {
    for (const signal of signals) target.off(signal, received);
    setTimeout(() => target.exit(), lingerMs).unref();
  }
}

async function within(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not stopped within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
