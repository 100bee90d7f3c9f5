import {
  type ErrorReason,
  errorReasons,
  type FieldViolation,
  type StatusName,
  tegataErrorDomain,
} from '@tegata/contracts';

/** What a refusal says. */
export interface ServiceErrorInit {
  /** gRPC status. */
  readonly status: StatusName;
  /** Stable reason, UPPER_SNAKE_CASE. */
  readonly reason: string;
  /** Sentence for a person. It travels: no cause, no personal data. */
  readonly message: string;
  /** What the reason belongs to; `tegata.example` unless said otherwise. */
  readonly domain?: string;
  /** Refused fields of the request. */
  readonly fieldViolations?: readonly FieldViolation[];
  /** Particulars for programs, such as `subjectCode` and `reasonCode` of SGP.22. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** When the caller may try again, in milliseconds from now. */
  readonly retryAfterMs?: number;
  /** What led to it. Logged, never sent. */
  readonly cause?: unknown;
}

/** The one error that crosses between servers and clients: thrown by handlers, and by clients for whatever came back. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly status: StatusName;
  readonly reason: string;
  readonly domain: string;
  readonly fieldViolations: readonly FieldViolation[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly retryAfterMs: number | undefined;
  /** Whether it came from another server: what that server says of its caller is not what ours says of its own. */
  readonly remote: boolean;

  constructor(init: ServiceErrorInit, remote = false) {
    super(init.message, { cause: init.cause });
    this.status = init.status;
    this.reason = init.reason;
    this.domain = init.domain ?? tegataErrorDomain;
    this.fieldViolations = init.fieldViolations ?? [];
    this.metadata = init.metadata ?? {};
    this.retryAfterMs = init.retryAfterMs;
    this.remote = remote;
  }

  /** The reason, under the name that all errors of this project have it. */
  get code(): string {
    return this.reason;
  }
}

/** The refusal of a caller who calls too often, which tells a person, too, how long to wait. */
export function rateLimited(retryAfterMs: number, cause?: unknown): ServiceError {
  const message = `Too many calls from this address; wait ${Math.max(1, Math.ceil(retryAfterMs / 1000))} s.`;
  return refusal('RATE_LIMITED', { retryAfterMs, message, cause });
}

/** A refusal for a reason of the table; status and sentence come from there. */
export function refusal(
  reason: ErrorReason,
  more: Partial<Omit<ServiceErrorInit, 'status' | 'reason' | 'domain'>> = {},
): ServiceError {
  const { status, sentence } = errorReasons[reason];
  return new ServiceError({ status, reason, message: sentence, ...more });
}
