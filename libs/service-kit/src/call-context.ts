import type { Logger } from 'pino';
import type { Caller } from './caller.ts';

/** What a handler knows of its call beside the request. */
export interface CallContext {
  /** Full method path. */
  readonly method: string;
  /** Who calls; identified and allowed to. */
  readonly caller: Caller;
  /** Name of the listener it came in on; undefined where that has none. */
  readonly listener: string | undefined;
  /** Binding that brought it: `grpc`, or `https`, whose requestId between servers is the functionCallIdentifier. */
  readonly binding: string;
  /** Follows a call through all servers; taken over from the caller or made here. */
  readonly requestId: string;
  /** When the answer must be there at the latest; undefined for streams without end. Passed on to calls made in turn. */
  readonly deadline: Date | undefined;
  /** Aborted when nobody waits for the answer any more: cancelled, past the deadline, or the server is stopping. */
  readonly signal: AbortSignal;
  /** Log with method, caller and request id in every line. */
  readonly logger: Logger;
}
