import { once } from 'node:events';
import { MethodOptions_IdempotencyLevel as Idempotency } from '@bufbuild/protobuf/wkt';
import {
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientWritableStream,
  connectivityState,
  type Client as GrpcClient,
  Metadata,
} from '@grpc/grpc-js';
import { describeMethod } from '@tegata/contracts';
import { abortable } from './abortable.ts';
import { requestIdHeader } from './call-chain.ts';
import type { CallOptions, ClientDefaults } from './call-options.ts';
import { decodeServiceError } from './error-status.ts';
import { type RetryPolicy, waitForRetry } from './retry.ts';
import type { MethodDefinition } from './service-definition.ts';
import { refusal, type ServiceError } from './service-error.ts';

/** Requests of a stream, as they become available. */
export type Requests<T> = AsyncIterable<T> | Iterable<T>;

/** What one call goes out with. */
interface Outgoing {
  readonly metadata: Metadata;
  readonly deadline: Date | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Time kept back from the deadline of the call being served, in milliseconds, so that its own answer is not late. */
const reserveMs = 20;

/**
 * How long a call waits for a channel that was broken before it, in milliseconds: a server that is there again is found at the next try to connect, and
 * those are up to a second apart, a fifth more by chance (`connection.ts`).
 */
const reconnectWithinMs = 1_500;

/** Makes calls of one method over one channel. */
export class MethodCaller {
  readonly #path: string;
  readonly #serialize: (request: unknown) => Buffer;
  readonly #deserialize: (octets: Buffer) => object;
  readonly #responseStream: boolean;
  readonly #channel: GrpcClient;
  readonly #defaults: ClientDefaults;
  readonly #policy: RetryPolicy;

  constructor(method: MethodDefinition, channel: GrpcClient, defaults: ClientDefaults) {
    this.#path = method.path;
    this.#serialize = method.requestSerialize as (request: unknown) => Buffer;
    this.#deserialize = method.responseDeserialize;
    this.#responseStream = method.responseStream;
    this.#channel = channel;
    this.#defaults = defaults;
    const idempotent = describeMethod(method.path).idempotency !== Idempotency.IDEMPOTENCY_UNKNOWN;
    this.#policy = idempotent ? defaults.retry : { ...defaults.retry, attempts: 1 };
  }

  async unary(request: unknown, options: CallOptions = {}): Promise<object> {
    const outgoing = this.#prepare(options);
    await this.#reconnected(outgoing);
    for (let tries = 1; ; tries++) {
      try {
        return await this.#unaryOnce(request, outgoing);
      } catch (thrown) {
        const error = decodeServiceError(thrown);
        if (!(await this.#retries(error, tries, outgoing))) throw error;
      }
    }
  }

  #unaryOnce(request: unknown, { metadata, deadline, signal }: Outgoing): Promise<object> {
    return new Promise((resolve, reject) => {
      const call = this.#channel.makeUnaryRequest(
        this.#path,
        this.#serialize,
        this.#deserialize,
        request,
        metadata,
        withDeadline(deadline),
        (error, response) => {
          release();
          if (error) reject(error);
          else resolve(response as object);
        },
      );
      const release = cancelOn(signal, call);
    });
  }

  async *serverStreaming(request: unknown, options: CallOptions = {}): AsyncGenerator<object> {
    const outgoing = this.#prepare(options);
    await this.#reconnected(outgoing);
    for (let tries = 1; ; tries++) {
      let begun = false;
      try {
        const { metadata, deadline } = outgoing;
        const call = this.#channel.makeServerStreamRequest(
          this.#path,
          this.#serialize,
          this.#deserialize,
          request,
          metadata,
          withDeadline(deadline),
        );
        for await (const response of readAll(call, outgoing.signal)) {
          begun = true;
          yield response;
        }
        return;
      } catch (thrown) {
        const error = decodeServiceError(thrown);
        // What was handed out can't be taken back: after the first response it is for the caller to begin again.
        if (begun || !(await this.#retries(error, tries, outgoing))) throw error;
      }
    }
  }

  /** Resolves as soon as there is an answer, which may be before every request was sent. Never tried again. */
  clientStreaming(requests: Requests<unknown>, options: CallOptions = {}): Promise<object> {
    return new Promise((resolve, reject) => {
      const { metadata, deadline, signal } = this.#prepare(options);
      const answered = new AbortController();
      let failure: { readonly cause: unknown } | undefined;
      const call = this.#channel.makeClientStreamRequest(
        this.#path,
        this.#serialize,
        this.#deserialize,
        metadata,
        withDeadline(deadline),
        (error, response) => {
          release();
          answered.abort();
          if (failure) reject(failure.cause);
          else if (error) reject(decodeServiceError(error));
          else resolve(response as object);
        },
      );
      const release = cancelOn(signal, call);
      sendAll(requests, call, answered.signal).catch((cause: unknown) => {
        failure = { cause };
        call.cancel();
      });
    });
  }

  async *bidirectional(requests: Requests<unknown>, options: CallOptions = {}): AsyncGenerator<object> {
    const { metadata, deadline, signal } = this.#prepare(options);
    const ended = new AbortController();
    let failure: { readonly cause: unknown } | undefined;
    const call = this.#channel.makeBidiStreamRequest(
      this.#path,
      this.#serialize,
      this.#deserialize,
      metadata,
      withDeadline(deadline),
    );
    sendAll(requests, call, ended.signal).catch((cause: unknown) => {
      failure = { cause };
      call.cancel();
    });
    try {
      yield* readAll(call, signal);
    } catch (thrown) {
      throw failure ? failure.cause : decodeServiceError(thrown);
    } finally {
      ended.abort();
    }
  }

  /** Deadline, cancellation and request id: our own, and those of the call being served. */
  #prepare({ timeoutMs, signal, context }: CallOptions): Outgoing {
    const limit = timeoutMs ?? (this.#responseStream ? undefined : this.#defaults.timeoutMs);
    const own = limit === undefined ? Number.POSITIVE_INFINITY : Date.now() + limit;
    const served = context?.deadline ? context.deadline.getTime() - reserveMs : Number.POSITIVE_INFINITY;
    const latest = Math.min(own, served);
    if (latest <= Date.now()) throw refusal('DEADLINE_TOO_SHORT');
    const signals = [signal, context?.signal].filter((each) => each !== undefined);
    const metadata = new Metadata();
    if (context) metadata.set(requestIdHeader, context.requestId);
    return {
      metadata,
      deadline: latest === Number.POSITIVE_INFINITY ? undefined : new Date(latest),
      signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0],
    };
  }

  /** Resolves at once unless the channel is known to be broken: then when it is mended, the call is given up, or has waited long enough. */
  async #reconnected({ deadline, signal }: Outgoing): Promise<void> {
    if (this.#channel.getChannel().getConnectivityState(false) !== connectivityState.TRANSIENT_FAILURE) return;
    const until = Math.min(Date.now() + reconnectWithinMs, deadline?.getTime() ?? Number.POSITIVE_INFINITY);
    await new Promise<void>((resolve) => {
      const release = cancelOn(signal, { cancel: resolve });
      this.#channel.waitForReady(until, () => {
        release();
        resolve();
      });
    });
  }

  #retries(error: ServiceError, failed: number, { deadline, signal }: Outgoing): Promise<boolean> {
    return waitForRetry(error, failed, { policy: this.#policy, random: this.#defaults.random, deadline, signal });
  }
}

function withDeadline(deadline: Date | undefined): { deadline?: Date } {
  return deadline ? { deadline } : {};
}

/** Cancels a call when the signal says so. Returns what takes that back. */
function cancelOn(signal: AbortSignal | undefined, call: { cancel(): void }): () => void {
  if (signal === undefined) return () => {};
  const cancel = () => call.cancel();
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  return () => signal.removeEventListener('abort', cancel);
}

/** Responses as they come. Whoever stops reading ends the call. */
async function* readAll(
  call: ClientReadableStream<object> | ClientDuplexStream<unknown, object>,
  signal: AbortSignal | undefined,
): AsyncGenerator<object> {
  const release = cancelOn(signal, call);
  try {
    for await (const response of call) yield response as object;
  } finally {
    release();
    call.cancel();
  }
}

/** Sends requests as fast as the server takes them, until it has answered. Throws what the source of requests throws. */
async function sendAll(
  requests: Requests<unknown>,
  call: ClientWritableStream<unknown> | ClientDuplexStream<unknown, object>,
  answered: AbortSignal,
): Promise<void> {
  // How the call ended is told by its answer; a write that comes too late must not end the process.
  call.on('error', () => {});
  try {
    for await (const request of abortable(requests, answered)) {
      if (!call.write(request)) await once(call, 'drain', { signal: answered });
    }
    call.end();
  } catch (error) {
    if (!answered.aborted) throw error;
  }
}
