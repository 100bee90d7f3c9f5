import type { Logger } from 'pino';
import { logCall, makeContext, refusalOfCaller, requestIdOf } from './admission.ts';
import type { CallCounts } from './call-counts.ts';
import type { Caller } from './caller.ts';
import { type ErrorMapper, mapRspRefusal, toServiceError } from './error-mapping.ts';
import { prepareMethod } from './served-method.ts';
import { refusal, type ServiceError } from './service-error.ts';
import type { ServiceImplementation } from './service-implementation.ts';

/** What another binding than gRPC serves, and how. */
export interface DispatcherOptions {
  /** Name of the binding for the log: `https`. */
  readonly binding: string;
  /** Name of the listener, if it has one; handlers see it. */
  readonly listener?: string;
  readonly logger: Logger;
  readonly services: readonly ServiceImplementation[];
  /** Calls are counted with those of the gRPC listeners. */
  readonly counts: CallCounts;
  readonly operatorName: string | undefined;
  readonly errorMappers?: readonly ErrorMapper[];
  /** Time for a call in milliseconds; 30 s. */
  readonly deadlineMs?: number;
}

/** A call that another binding brings. */
export interface DispatchedCall {
  readonly caller: Caller | undefined;
  /** Id the caller gave the request. */
  readonly requestId?: unknown;
  /** Has a listener called, once at most, when the caller is gone before its answer. */
  readonly whenGone: (listener: () => void) => void;
  /** Makes the request; called only when the caller may call. What it throws is answered like an error of the handler. */
  readonly read: () => object;
}

/** Calls handlers through the same chain as gRPC: counted, authorised, field rules, deadline, errors, log. */
export interface Dispatcher {
  /** Calls a unary method by its path. Every failure is a ServiceError that can be told. */
  call(path: string, call: DispatchedCall): Promise<object>;
}

/** Makes a dispatcher. Throws when a service is not in the contracts. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { logger, counts, operatorName, binding, listener } = options;
  const mappers = [...(options.errorMappers ?? []), mapRspRefusal];
  const methods = new Map(
    options.services
      .flatMap((service) => service.methods)
      .filter(({ definition }) => !definition.requestStream && !definition.responseStream)
      .map((method) => {
        const served = prepareMethod(method, Number.MAX_SAFE_INTEGER);
        return [served.path, { served, handle: method.handle }] as const;
      }),
  );

  async function call(path: string, { caller, requestId: sent, whenGone, read }: DispatchedCall): Promise<object> {
    const startedAt = performance.now();
    const requestId = requestIdOf(sent);
    counts.record(path, caller);
    const log = (error?: ServiceError) =>
      logCall(logger, {
        method: path,
        status: error?.status ?? 'OK',
        reason: error?.reason,
        startedAt,
        caller,
        requestId,
        binding,
      });
    const method = methods.get(path);
    const refused = refusalOfCaller(method?.served, caller, operatorName);
    if (refused || !method || !caller) {
      const error = refused ?? refusal('METHOD_NOT_SERVED');
      log(error);
      throw error;
    }
    const deadlineMs = options.deadlineMs ?? 30_000;
    const bounds = new CallBounds(whenGone, deadlineMs);
    const deadline = new Date(Date.now() + deadlineMs);
    const context = makeContext({ method: path, caller, listener, binding, requestId, deadline }, bounds, logger);
    try {
      const request = read();
      method.served.check(request);
      const answer = (await bounds.race(method.handle(request, context) as Promise<object>)) as object;
      log();
      return answer;
    } catch (thrown) {
      const error = toServiceError(thrown, mappers, context);
      log(error);
      throw error;
    } finally {
      bounds.release();
    }
  }

  return { call };
}

/**
 * The end of a call that takes too long or that nobody waits for. Hardly any handler asks for the signal of its call, so there is
 * none until one does.
 */
class CallBounds {
  readonly #timer: NodeJS.Timeout;
  #ending: AbortController | undefined;
  #ended: ServiceError | undefined;
  #reject: ((reason: ServiceError) => void) | undefined;

  constructor(whenGone: DispatchedCall['whenGone'], deadlineMs: number) {
    this.#timer = setTimeout(() => this.#end('DEADLINE_EXCEEDED'), deadlineMs);
    whenGone(() => this.#end('CALL_CANCELLED'));
  }

  /** Aborted with the end. */
  get signal(): AbortSignal {
    if (this.#ending === undefined) {
      this.#ending = new AbortController();
      if (this.#ended) this.#ending.abort(this.#ended);
    }
    return this.#ending.signal;
  }

  /** What the work comes to, or the end if that is earlier. */
  race<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      if (this.#ended) reject(this.#ended);
      work.then(resolve, reject);
    });
  }

  /** There is an answer. */
  release(): void {
    clearTimeout(this.#timer);
    this.#reject = undefined;
  }

  #end(reason: 'CALL_CANCELLED' | 'DEADLINE_EXCEEDED'): void {
    if (this.#ended) return;
    this.#ended = refusal(reason);
    this.#ending?.abort(this.#ended);
    this.#reject?.(this.#ended);
  }
}
