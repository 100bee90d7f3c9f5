import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  type ServerListener,
  status as StatusCode,
} from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { logCall, makeContext, refusalOfCaller, requestIdOf, statusName } from './admission.ts';
import type { CallContext } from './call-context.ts';
import type { CallCounts } from './call-counts.ts';
import { type Caller, callerOf } from './caller.ts';
import { explainStatus, reasonOf, type SentStatus, toStatus } from './error-status.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { ServedMethod } from './served-method.ts';
import { rateLimited, refusal, ServiceError } from './service-error.ts';

/** Header that carries the request id from server to server. */
export const requestIdHeader = 'x-request-id';

/** How a listener tells who calls. */
export type CallerSource = 'certificate' | 'anonymous' | 'local';

/** What the chain of one listener works with. */
export interface ChainOptions {
  readonly source: CallerSource;
  /** Limits how often an address may call; undefined where every caller is known. */
  readonly rateLimiter: RateLimiter | undefined;
  /** Name of the listener, if it has one. */
  readonly listener: string | undefined;
  readonly logger: Logger;
  readonly methods: ReadonlyMap<string, ServedMethod>;
  readonly counts: CallCounts;
  /** Name of the operators that are served; operators of anything else are refused. */
  readonly operatorName: string | undefined;
  /** Time that must be left of a caller's deadline, in milliseconds. */
  readonly minimumRemainingMs: number;
  /** Deadline of a call that brings none, by method, in milliseconds from its arrival. */
  readonly defaultDeadlineMs: (method: ServedMethod) => number | undefined;
  /** Calls in progress; a server that stops ends those that would not end by themselves. */
  readonly active: Set<ServedCall>;
}

/** Contexts by the metadata object that grpc-js hands from the chain to the handler. */
const contexts = new WeakMap<Metadata, CallContext>();

/** The context that the chain made for the call with this metadata. */
export function contextOf(metadata: Metadata): CallContext {
  const context = contexts.get(metadata);
  if (context === undefined) throw new Error('the call did not come through the chain');
  return context;
}

/**
 * The one chain every call passes, in this order: log and count, identify the caller, look it up in the table of
 * callers, look at the deadline, then for each message size, shape and field rules. What does not pass is answered here.
 */
export function callChain(options: ChainOptions): ServerInterceptor {
  return ({ path }, call) => new ServedCall(options, path, call).intercepting;
}

/** One call on its way through the chain. */
export class ServedCall {
  readonly intercepting: ServerInterceptingCall;
  readonly #options: ChainOptions;
  readonly #path: string;
  readonly #call: ServerInterceptingCallInterface;
  readonly #abort = new AbortController();
  readonly #startedAt = performance.now();
  #requestId = '';
  #caller: Caller | undefined;
  #timer: NodeJS.Timeout | undefined;
  #refusal: ServiceError | undefined;
  #ended = false;

  constructor(options: ChainOptions, path: string, call: ServerInterceptingCallInterface) {
    this.#options = options;
    this.#path = path;
    this.#call = call;
    const listener: ServerListener = {
      onReceiveMetadata: (metadata, next) => this.#receiveMetadata(metadata, next),
      onReceiveMessage: (message, next) => this.#receiveMessage(message, next),
      onReceiveHalfClose: (next) => this.#receiveEnd(next),
      onCancel: () => this.#cancelled(),
    };
    this.intercepting = new ServerInterceptingCall(call, { start: (next) => next(listener) });
    // What grpc-js finds wrong by itself does not come through interceptors; every status leaves here.
    const send = call.sendStatus.bind(call);
    call.sendStatus = (status) => {
      const explained = explainStatus(status);
      this.#end(explained);
      send(explained);
      if (explained.code !== StatusCode.OK) this.#abandon(explained.code);
    };
  }

  /** Whether the call sends any number of responses. */
  get responseStream(): boolean {
    return this.#options.methods.get(this.#path)?.responseStream === true;
  }

  /** Ends the call with a refusal. */
  refuse(error: ServiceError): void {
    if (this.#ended) return;
    this.#refusal = error;
    this.intercepting.sendStatus(toStatus(error));
  }

  /** Tells the handler, if it still works, that nobody waits any more, and why. */
  #abandon(code: number): void {
    const reason = code === StatusCode.DEADLINE_EXCEEDED ? 'DEADLINE_EXCEEDED' : 'CALL_CANCELLED';
    this.#abort.abort(this.#refusal ?? refusal(reason));
  }

  #receiveMetadata(metadata: Metadata, next: (metadata: Metadata) => void): void {
    const { source, counts, active } = this.#options;
    active.add(this);
    const [sent] = metadata.get(requestIdHeader);
    this.#requestId = requestIdOf(sent);
    this.#caller = identify(source, this.#call);
    counts.record(this.#path, this.#caller);
    const method = this.#options.methods.get(this.#path);
    const error = this.#refusalOfPeer() ?? this.#refusalOf(method, this.#caller);
    if (error || !method || !this.#caller) {
      this.refuse(error ?? refusal('CALLER_UNIDENTIFIED'));
      return;
    }
    const context = this.#contextFor(this.#caller, this.#startDeadline(method));
    contexts.set(metadata, context);
    next(metadata);
  }

  #refusalOfPeer(): ServiceError | undefined {
    const retryAfterMs = this.#options.rateLimiter?.take(this.#call.getPeer());
    return retryAfterMs === undefined ? undefined : rateLimited(retryAfterMs);
  }

  #refusalOf(method: ServedMethod | undefined, caller: Caller | undefined): ServiceError | undefined {
    const refused = refusalOfCaller(method, caller, this.#options.operatorName);
    if (refused) return refused;
    return this.#remainingMs() < this.#options.minimumRemainingMs ? refusal('DEADLINE_TOO_SHORT') : undefined;
  }

  #receiveMessage(message: unknown, next: (message: unknown) => void): void {
    if (this.#ended) return;
    let request: object | undefined;
    try {
      request = this.#options.methods.get(this.#path)?.decode(message as Uint8Array);
    } catch (error) {
      this.refuse(error instanceof ServiceError ? error : refusal('MESSAGE_MALFORMED', { cause: error }));
      return;
    }
    next(request);
  }

  /**
   * The caller has sent everything, or is gone: Node ends a stream that was reset like one that was completed. A handler
   * must not take half an upload for a whole one, so the difference is found out before it is told.
   */
  #receiveEnd(next: () => void): void {
    if (!this.#options.methods.get(this.#path)?.requestStream) {
      next();
      return;
    }
    // Asking for more makes grpc-js look at the stream; if it was reset, the cancellation comes before the next turn.
    this.#call.startRead();
    setImmediate(() => {
      if (!this.#ended) next();
    });
  }

  /** The caller is gone, its deadline has passed, or the answer is out: grpc-js says all three in the same way. */
  #cancelled(): void {
    if (this.#ended) return;
    const code = this.#remainingMs() > 0 ? StatusCode.CANCELLED : StatusCode.DEADLINE_EXCEEDED;
    this.#end({ code, details: '' });
    this.#abandon(code);
  }

  #remainingMs(): number {
    const deadline = this.#call.getDeadline();
    return Number(deadline) - Date.now();
  }

  /** The caller's deadline is kept by grpc-js; a call that brings none gets ours. */
  #startDeadline(method: ServedMethod): Date | undefined {
    const deadline = Number(this.#call.getDeadline());
    if (Number.isFinite(deadline)) return new Date(deadline);
    const limit = this.#options.defaultDeadlineMs(method);
    if (limit === undefined) return undefined;
    this.#timer = setTimeout(() => this.refuse(refusal('DEADLINE_EXCEEDED')), limit);
    return new Date(Date.now() + limit);
  }

  #contextFor(caller: Caller, deadline: Date | undefined): CallContext {
    const { logger, listener } = this.#options;
    const [method, requestId] = [this.#path, this.#requestId];
    return makeContext({ method, caller, binding: 'grpc', listener, requestId, deadline }, this.#abort, logger);
  }

  #end(status: SentStatus): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#options.active.delete(this);
    this.#log(status);
  }

  #log({ code, metadata }: SentStatus): void {
    logCall(this.#options.logger, {
      method: this.#path,
      status: statusName(code),
      reason: metadata ? reasonOf(metadata) : undefined,
      startedAt: this.#startedAt,
      caller: this.#caller,
      requestId: this.#requestId,
    });
  }
}

/** Who calls, by what the listener knows of it. */
function identify(source: CallerSource, call: ServerInterceptingCallInterface): Caller | undefined {
  switch (source) {
    case 'local':
      return { role: 'local', name: undefined };
    case 'anonymous':
      return { role: 'terminal', name: undefined };
    case 'certificate':
      return callerOf(call.getAuthContext().sslPeerCertificate);
  }
}
