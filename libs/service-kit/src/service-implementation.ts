import type { CallContext } from './call-context.ts';
import {
  type MethodDefinition,
  type RequestOf,
  type ResponseOf,
  type ServiceDefinition,
  serviceName,
} from './service-definition.ts';

/** One request, one response. */
export type UnaryHandler<Req, Res> = (request: Req, context: CallContext) => Promise<Res>;
/** One request, many responses. The next one is asked for when the caller can take it. */
export type ServerStreamingHandler<Req, Res> = (request: Req, context: CallContext) => AsyncIterable<Res>;
/** Many requests, one response. Called when the first is there; may answer before the caller has sent everything. */
export type ClientStreamingHandler<Req, Res> = (requests: AsyncIterable<Req>, context: CallContext) => Promise<Res>;
/** Many requests, many responses. */
export type BidirectionalHandler<Req, Res> = (requests: AsyncIterable<Req>, context: CallContext) => AsyncIterable<Res>;

/** The handler that fits a method. */
export type HandlerOf<M extends MethodDefinition> = M['requestStream'] extends true
  ? M['responseStream'] extends true
    ? BidirectionalHandler<RequestOf<M>, ResponseOf<M>>
    : ClientStreamingHandler<RequestOf<M>, ResponseOf<M>>
  : M['responseStream'] extends true
    ? ServerStreamingHandler<RequestOf<M>, ResponseOf<M>>
    : UnaryHandler<RequestOf<M>, ResponseOf<M>>;

/** A handler for every method of a service. */
export type HandlersOf<S extends ServiceDefinition> = { readonly [K in keyof S]: HandlerOf<S[K]> };

/** A method with its handler, types forgotten. */
export interface ImplementedMethod {
  readonly definition: MethodDefinition;
  readonly handle: (request: unknown, context: CallContext) => unknown;
}

/** A service with its handlers, types forgotten. */
export interface ServiceImplementation {
  /** Full name. */
  readonly name: string;
  readonly methods: readonly ImplementedMethod[];
}

/**
 * Binds handlers to a service. They see only requests that satisfy the field rules, from callers that may call them.
 * What they throw is answered: a ServiceError as it is, anything else as INTERNAL with an incident number.
 */
export function implement<S extends ServiceDefinition>(definition: S, handlers: HandlersOf<S>): ServiceImplementation {
  const methods = Object.entries(definition).map(([name, method]) => {
    const handler = handlers[name] as (this: unknown, request: unknown, context: CallContext) => unknown;
    return { definition: method, handle: handler.bind(handlers) };
  });
  return { name: serviceName(definition), methods };
}
