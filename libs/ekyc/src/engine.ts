import type { PictureKind } from './describe-face.ts';
import type { DocumentKind } from './document-checks.ts';
import { EkycError } from './errors.ts';
import type { FaceDescriptor } from './face-descriptor.ts';
import type { FrameDigests } from './frame-digests.ts';
import type { Verdict } from './verdict.ts';
import type { DocumentVerdict, FaceReference, VerificationInput } from './verification.ts';
import { workerLocation } from './worker-location.ts';
import { type PoolState, type WorkerEvent, WorkerPool } from './worker-pool.ts';
import type { EkycTasks, LocatedFace } from './worker-protocol.ts';

/** How an engine is sized. */
export interface EkycEngineOptions {
  /** worker threads, each of about 300 MB; 1 unless said otherwise */
  readonly workers?: number;
  /** decisions that may wait for a worker; 8 unless said otherwise */
  readonly queueLimit?: number;
  /** milliseconds from asking to the answer, waiting included; 30 000 unless said otherwise */
  readonly decisionDeadlineMs?: number;
  /** told when a worker starts or is lost */
  readonly onWorkerEvent?: (event: WorkerEvent) => void;
}

/** What goes with a single decision. */
export interface DecisionOptions {
  /** gives the decision up when it fires, so that nothing is computed for a caller who has gone */
  readonly signal?: AbortSignal;
}

/**
 * Judges identity documents and ID photos in worker threads, so that the caller's event loop stays free. One decision at a
 * time in each worker, about 2 s of one core for 19 frames; further ones wait, and beyond the queue are refused.
 *
 * Every method throws {@link EkycError}: EKYC_BUSY (an `EkycBusyError`, with a hint when to try again), EKYC_DEADLINE,
 * EKYC_ABORTED, EKYC_WORKER_CRASHED, EKYC_UNAVAILABLE, EKYC_CLOSED, EKYC_INPUT_INVALID. Pictures are kept only while they
 * are judged.
 */
export class EkycEngine {
  private constructor(private readonly pool: WorkerPool) {}

  /** Starts the workers, loads the models and runs each once. About a second. Throws EKYC_UNAVAILABLE. */
  static async start(options: EkycEngineOptions = {}): Promise<EkycEngine> {
    const { workers = 1, queueLimit = 8, decisionDeadlineMs = 30_000, onWorkerEvent } = options;
    if (!Number.isInteger(workers) || workers < 1) throw new EkycError('EKYC_INPUT_INVALID', 'at least one worker');
    const pool = await WorkerPool.start({
      workerFile: workerLocation(),
      workers,
      queueLimit,
      deadlineMs: decisionDeadlineMs,
      graceMs: 5_000,
      ...(onWorkerEvent !== undefined && { onWorkerEvent }),
    });
    return new EkycEngine(pool);
  }

  /** How busy the engine is. */
  get state(): PoolState {
    return this.pool.state;
  }

  /**
   * Whether a picture can serve as an identity document: one still JPEG, PNG or WebP picture of at most 5 MiB, lying any of
   * four ways, with one portrait large enough to compare. S14.
   */
  checkDocument(
    document: Uint8Array,
    options: DecisionOptions & { readonly documentKind?: DocumentKind } = {},
  ): Promise<DocumentVerdict> {
    return this.ask('checkDocument', { document, kind: options.documentKind ?? 'page' }, options);
  }

  /**
   * By what frames are known again, under a key of 32 octets: metadata and encoding do not count. Undefined for what is no picture or shows
   * nothing.
   */
  digestFrames(
    frames: readonly Uint8Array[],
    key: Uint8Array,
    options: DecisionOptions = {},
  ): Promise<(FrameDigests | undefined)[]> {
    return this.ask('digestFrames', { frames, key }, options);
  }

  /** Judges a document that {@link checkDocument} accepted and an ID photo made for a challenge: see docs/ekyc.md for what is checked. S22. */
  async verifyIdentity(input: VerificationInput, options: DecisionOptions = {}): Promise<Verdict> {
    if (input.challenge.prompts.length === 0) throw new EkycError('EKYC_INPUT_INVALID', 'a challenge without prompts');
    if (input.documentKind === 'portrait' && (input.challenge.documentColours ?? []).length > 0) {
      throw new EkycError('EKYC_INPUT_INVALID', 'a portrait is no document that can be held before a camera');
    }
    return this.ask('verifyIdentity', input, options);
  }

  /**
   * What is kept of a document that was accepted: descriptor and cut-out portrait, to compare the same person's face with when
   * their device changes. Throws EKYC_INPUT_INVALID where there is no portrait.
   */
  makeReference(
    document: Uint8Array,
    options: DecisionOptions & { readonly documentKind?: DocumentKind } = {},
  ): Promise<FaceReference> {
    return this.ask('makeReference', { document, kind: options.documentKind ?? 'page' }, options);
  }

  /** The faces in a picture, largest first, with their landmarks. Judges nothing. */
  locateFaces(image: Uint8Array, options: DecisionOptions = {}): Promise<LocatedFace[]> {
    return this.ask('locateFaces', { image }, options);
  }

  /** The descriptor of the face in a picture, as a verification would have it; undefined where there is none. Judges nothing. */
  describeFace(
    picture: Uint8Array,
    kind: PictureKind,
    options: DecisionOptions = {},
  ): Promise<FaceDescriptor | undefined> {
    return this.ask('describeFace', { picture, kind }, options);
  }

  /** Refuses what waits, finishes what runs, ends the workers. */
  close(): Promise<void> {
    return this.pool.close();
  }

  private async ask<Name extends keyof EkycTasks>(
    task: Name,
    ask: EkycTasks[Name]['ask'],
    { signal }: DecisionOptions,
  ): Promise<EkycTasks[Name]['answer']> {
    return (await this.pool.run(task, ask, signal)) as EkycTasks[Name]['answer'];
  }
}
