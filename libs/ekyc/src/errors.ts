/** Why the engine could not give a verdict. Stable. A verdict that refuses is no error. */
export type EkycErrorCode =
  /** every worker is busy and the queue is full; try again after `retryAfterMs` */
  | 'EKYC_BUSY'
  /** the decision was not there when its deadline came */
  | 'EKYC_DEADLINE'
  /** the caller gave the decision up */
  | 'EKYC_ABORTED'
  /** the worker died over this decision; the same input may do it again */
  | 'EKYC_WORKER_CRASHED'
  /** the workers cannot be started, or the analysis failed in a way that no input explains */
  | 'EKYC_UNAVAILABLE'
  /** the engine was closed */
  | 'EKYC_CLOSED'
  /** the call itself makes no sense (no prompts, a prompt number beyond the prompts) */
  | 'EKYC_INPUT_INVALID';

/** The engine could not give a verdict. Messages hold nothing about the person or the pictures. */
export class EkycError extends Error {
  readonly code: EkycErrorCode;

  constructor(code: EkycErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EkycError';
    this.code = code;
  }
}

/** Every worker is busy and the queue is full. `retryAfterMs` is when a place is likely, from the decisions so far. */
export class EkycBusyError extends EkycError {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('EKYC_BUSY', 'all workers are busy and the queue is full');
    this.name = 'EkycBusyError';
    this.retryAfterMs = retryAfterMs;
  }
}
