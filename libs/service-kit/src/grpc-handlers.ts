import { once } from 'node:events';
import type {
  ServiceDefinition as GrpcServiceDefinition,
  Metadata,
  ServerDuplexStream,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
  UntypedHandleCall,
} from '@grpc/grpc-js';
import { abortable } from './abortable.ts';
import { contextOf } from './call-chain.ts';
import type { CallContext } from './call-context.ts';
import { type ErrorMapper, toServiceError } from './error-mapping.ts';
import { toStatus } from './error-status.ts';
import { refusal } from './service-error.ts';
import type { ImplementedMethod, ServiceImplementation } from './service-implementation.ts';

/** Octets pass through: requests are read in the chain, where a fault has a name, and responses are written by handlers. */
const asIs = (octets: Buffer): Buffer => octets;

/** The service as grpc-js registers it. */
export function grpcDefinition({ methods }: ServiceImplementation): GrpcServiceDefinition {
  return Object.fromEntries(
    methods.map(({ definition: { path, requestStream, responseStream } }) => [
      path,
      {
        path,
        requestStream,
        responseStream,
        requestSerialize: asIs,
        requestDeserialize: asIs,
        responseSerialize: asIs,
        responseDeserialize: asIs,
      },
    ]),
  );
}

/** The handlers as grpc-js calls them, by method path. */
export function grpcHandlers(
  { methods }: ServiceImplementation,
  mappers: readonly ErrorMapper[],
): Record<string, UntypedHandleCall> {
  return Object.fromEntries(methods.map((method) => [method.definition.path, grpcHandler(method, mappers)]));
}

function grpcHandler(method: ImplementedMethod, mappers: readonly ErrorMapper[]): UntypedHandleCall {
  const { requestStream, responseStream } = method.definition;
  const serialize = method.definition.responseSerialize as (response: unknown) => Buffer;
  const fail = (error: unknown, context: CallContext) => toStatus(toServiceError(error, mappers, context));

  const answerOnce = async (request: unknown, metadata: Metadata, respond: sendUnaryData<Buffer>) => {
    const context = contextOf(metadata);
    try {
      respond(null, serialize(await method.handle(request, context)));
    } catch (error) {
      respond(fail(error, context));
    }
  };
  const answerMany = async (request: unknown, call: WritableCall) => {
    const context = contextOf(call.metadata);
    try {
      await writeAll(method.handle(request, context) as AsyncIterable<unknown>, call, serialize, context.signal);
      call.end();
    } catch (error) {
      call.emit('error', fail(error, context));
    }
  };

  if (requestStream && responseStream) {
    return (call: ServerDuplexStream<unknown, Buffer>) => {
      void answerMany(readAll(call, contextOf(call.metadata).signal), call);
    };
  }
  if (requestStream) {
    return (call: ServerReadableStream<unknown, Buffer>, respond: sendUnaryData<Buffer>) => {
      void beginning(readAll(call, contextOf(call.metadata).signal)).then(
        (requests) => answerOnce(requests, call.metadata, respond),
        (error) => respond(fail(error, contextOf(call.metadata))),
      );
    };
  }
  if (responseStream) {
    return (call: ServerWritableStream<unknown, Buffer>) => {
      void answerMany(call.request, call);
    };
  }
  return (call: ServerUnaryCall<unknown, Buffer>, respond: sendUnaryData<Buffer>) => {
    void answerOnce(call.request, call.metadata, respond);
  };
}

type WritableCall = ServerWritableStream<unknown, Buffer> | ServerDuplexStream<unknown, Buffer>;

/** Writes responses as fast as the caller takes them, and stops asking for more when nobody waits. */
async function writeAll(
  responses: AsyncIterable<unknown>,
  call: WritableCall,
  serialize: (response: unknown) => Buffer,
  signal: AbortSignal,
): Promise<void> {
  for await (const response of abortable(responses, signal)) {
    if (!call.write(serialize(response))) await once(call, 'drain', { signal });
  }
}

/** The same items, once the first is there: a handler does not see a stream that begins with a violation. */
async function beginning(items: AsyncGenerator<unknown>): Promise<AsyncGenerator<unknown>> {
  const first = await items.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* items;
  })();
}

/** Requests as they come. Ends with an error when the call ends before the caller has said that it sent everything. */
async function* readAll(
  call: ServerReadableStream<unknown, Buffer> | ServerDuplexStream<unknown, Buffer>,
  signal: AbortSignal,
): AsyncGenerator<unknown> {
  try {
    // Leaving the loop early must not close the stream, the answer is yet to be written to it.
    for await (const request of call.iterator({ destroyOnReturn: false })) yield request;
  } catch (cause) {
    throw signal.reason ?? refusal('CALL_CANCELLED', { cause });
  }
  if (signal.aborted) throw signal.reason;
}
