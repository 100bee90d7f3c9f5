import { fileURLToPath } from 'node:url';
import type { DecisionOptions, EkycEngineOptions } from '../engine.ts';
import { EkycError } from '../errors.ts';
import { type PoolState, WorkerPool } from '../worker-pool.ts';
import type { DocumentReading } from './document-reading.ts';

/** In a bundle `document-worker.js` beside the program, whose entry point is `@tegata/ekyc/document-worker`. */
function workerFile(): string {
  const { url } = import.meta;
  return fileURLToPath(new URL(url.endsWith('.ts') ? './worker-from-source.mjs' : './document-worker.js', url));
}

/** What goes with one document. */
export interface ReadingOptions extends DecisionOptions {
  /** does not read a picture that has to be taken again (`pictureFaults`): its reading is without type and text */
  readonly legibleOnly?: boolean;
}

/**
 * Reads pictures of identity documents in worker threads of its own, so that faces are compared meanwhile: about 250 MB and one
 * core for each, one to four seconds a document. Pictures are kept only while they are read.
 *
 * Methods throw {@link EkycError} as those of `EkycEngine` do; EKYC_INPUT_INVALID for octets that are no picture.
 */
export class DocumentReader {
  private constructor(private readonly pool: WorkerPool) {}

  /** Starts the workers with their engines loaded. About two seconds. Throws EKYC_UNAVAILABLE. */
  static async start(options: EkycEngineOptions = {}): Promise<DocumentReader> {
    const { workers = 1, queueLimit = 8, decisionDeadlineMs = 30_000, onWorkerEvent } = options;
    if (!Number.isInteger(workers) || workers < 1) throw new EkycError('EKYC_INPUT_INVALID', 'at least one worker');
    const pool = await WorkerPool.start({
      workerFile: workerFile(),
      workers,
      queueLimit,
      deadlineMs: decisionDeadlineMs,
      graceMs: 5_000,
      ...(onWorkerEvent !== undefined && { onWorkerEvent }),
    });
    return new DocumentReader(pool);
  }

  /** How busy the reader is. */
  get state(): PoolState {
    return this.pool.state;
  }

  /** Finds, straightens and reads a document: JPEG, PNG or WebP, at most 5 MiB. It judges nothing. */
  async read(document: Uint8Array, { signal, legibleOnly = false }: ReadingOptions = {}): Promise<DocumentReading> {
    return (await this.pool.run('readDocument', { document, legibleOnly }, signal)) as DocumentReading;
  }

  /** Refuses what waits, finishes what runs, ends the workers. */
  close(): Promise<void> {
    return this.pool.close();
  }
}
