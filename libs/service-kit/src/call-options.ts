import type { CallContext } from './call-context.ts';
import type { RetryPolicy } from './retry.ts';

/** How one call is made. */
export interface CallOptions {
  /** Time for the whole call with all its tries, in milliseconds. Streamed responses have no limit unless it is given. */
  readonly timeoutMs?: number;
  /** Ends the call. */
  readonly signal?: AbortSignal;
  /** The call being served, on whose behalf this one is made: its deadline, cancellation and request id are passed on. */
  readonly context?: Pick<CallContext, 'deadline' | 'signal' | 'requestId'>;
}

/** How the calls of a connection are made unless a call says otherwise. */
export interface ClientDefaults {
  /** Time for a call, in milliseconds; streamed responses have no limit. */
  readonly timeoutMs: number;
  /** For methods that their proto file marks as idempotent; others are tried once. */
  readonly retry: RetryPolicy;
  /** Spreads the delays between tries; number from 0 up to 1. */
  readonly random: () => number;
}
