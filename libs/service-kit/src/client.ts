import type { Client as GrpcClient } from '@grpc/grpc-js';
import type { CallOptions, ClientDefaults } from './call-options.ts';
import { MethodCaller, type Requests } from './method-caller.ts';
import type { MethodDefinition, RequestOf, ResponseOf, ServiceDefinition } from './service-definition.ts';

/** A method as a client calls it. Every failure is a ServiceError. Streamed responses begin when the first is asked for. */
export type ClientMethodOf<M extends MethodDefinition> = M['requestStream'] extends true
  ? M['responseStream'] extends true
    ? (requests: Requests<RequestOf<M>>, options?: CallOptions) => AsyncGenerator<ResponseOf<M>, undefined>
    : (requests: Requests<RequestOf<M>>, options?: CallOptions) => Promise<ResponseOf<M>>
  : M['responseStream'] extends true
    ? (request: RequestOf<M>, options?: CallOptions) => AsyncGenerator<ResponseOf<M>, undefined>
    : (request: RequestOf<M>, options?: CallOptions) => Promise<ResponseOf<M>>;

/** A client of a service, methods named as in ts-proto's definition. */
export type Client<S extends ServiceDefinition> = { readonly [K in keyof S]: ClientMethodOf<S[K]> };

/** Makes a client over a channel. */
export function makeClient<S extends ServiceDefinition>(
  definition: S,
  channel: GrpcClient,
  defaults: ClientDefaults,
): Client<S> {
  const methods = Object.entries(definition).map(([name, method]) => [name, callerOf(method, channel, defaults)]);
  return Object.fromEntries(methods) as Client<S>;
}

function callerOf(method: MethodDefinition, channel: GrpcClient, defaults: ClientDefaults) {
  const caller = new MethodCaller(method, channel, defaults);
  const { requestStream, responseStream } = method;
  if (requestStream && responseStream) {
    return (requests: Requests<unknown>, options?: CallOptions) => caller.bidirectional(requests, options);
  }
  if (requestStream) {
    return (requests: Requests<unknown>, options?: CallOptions) => caller.clientStreaming(requests, options);
  }
  if (responseStream) return (request: unknown, options?: CallOptions) => caller.serverStreaming(request, options);
  return (request: unknown, options?: CallOptions) => caller.unary(request, options);
}
