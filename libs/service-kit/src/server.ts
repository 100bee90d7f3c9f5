import { Server } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { callChain, type ServedCall } from './call-chain.ts';
import { type CallCount, CallCounts } from './call-counts.ts';
import { type ErrorMapper, mapRspRefusal } from './error-mapping.ts';
import { grpcDefinition, grpcHandlers } from './grpc-handlers.ts';
import { Health } from './health.ts';
import { callerSource, clearSocket, type Listener, protectSocket, serverCredentials } from './listener.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { reflectionServices } from './reflection.ts';
import { prepareMethod, type ServedMethod } from './served-method.ts';
import { refusal } from './service-error.ts';
import type { ServiceImplementation } from './service-implementation.ts';

/** What a server is made of. */
export interface ServerOptions {
  /** Name for the log. */
  readonly name: string;
  readonly logger: Logger;
  /** Where it listens; all listeners serve the same methods, and the table of callers tells who may call which. */
  readonly listeners: readonly Listener[];
  readonly services: readonly ServiceImplementation[];
  /** Limits how often an address may call at listeners without client certificates; the HTTPS binding shares it. */
  readonly rateLimiter?: RateLimiter;
  /** Name of the operators that are served, `aozora` or `relay`; without it operators are refused. */
  readonly operatorName?: string;
  /** Turn errors of libraries into refusals, tried in order; SGP.22 refusals are known already. */
  readonly errorMappers?: readonly ErrorMapper[];
  /** Counts the calls; given when other bindings of the same server count with it. */
  readonly counts?: CallCounts;
  /** Largest request in octets, where the field rules of a method don't set a lower limit. 4 MiB unless said otherwise. */
  readonly maxMessageOctets?: number;
  /** Deadline of calls that bring none, in general and by method path. 30 s, and none for streamed responses. */
  readonly defaultDeadlineMs?: number;
  readonly defaultDeadlineMsOf?: Readonly<Record<string, number>>;
  /** A call with less time left is refused at once. 5 ms. */
  readonly minimumRemainingMs?: number;
  /** How long calls in progress may go on when the server stops. 10 s. */
  readonly stopWithinMs?: number;
}

/** A server that was made with `createServer`. */
export interface GrpcServer {
  /** Where it listens, in the order of the listeners, with the ports that port 0 became. */
  readonly addresses: readonly string[];
  /** Binds every listener, then says SERVING. */
  start(): Promise<void>;
  /** Says NOT_SERVING, ends streamed responses, lets other calls finish for a while, closes. Can be called twice. */
  stop(): Promise<void>;
  /** Sets the health of one service, or of the server. */
  setHealth(serving: boolean, service?: string): void;
  /** Calls so far, per method and caller. */
  callCounts(): CallCount[];
}

const defaults = {
  maxMessageOctets: 4 * 1024 * 1024,
  deadlineMs: 30_000,
  minimumRemainingMs: 5,
  stopWithinMs: 10_000,
  flushWithinMs: 200,
};

/** Makes a server. Throws when a service is not in the contracts or a listener makes no sense. */
export function createServer(options: ServerOptions): GrpcServer {
  const { name, logger, listeners, maxMessageOctets = defaults.maxMessageOctets } = options;
  const ownServices = options.services.map((service) => service.name);
  const health = new Health(ownServices);
  const standard = [
    'grpc.health.v1.Health',
    'grpc.reflection.v1.ServerReflection',
    'grpc.reflection.v1alpha.ServerReflection',
  ];
  const services = [...options.services, health.service, ...reflectionServices([...ownServices, ...standard])];
  const methods = new Map<string, ServedMethod>();
  for (const method of services.flatMap((service) => service.methods)) {
    methods.set(method.definition.path, prepareMethod(method, maxMessageOctets));
  }

  const counts = options.counts ?? new CallCounts();
  const active = new Set<ServedCall>();
  const mappers = [...(options.errorMappers ?? []), mapRspRefusal];
  const bindings = listeners.map((listener) => ({ listener, server: makeServer(listener) }));
  const addresses: string[] = [];
  let stopping: Promise<void> | undefined;

  function makeServer(listener: Listener): Server {
    const server = new Server({
      'grpc.max_receive_message_length': maxMessageOctets,
      'grpc-node.max_session_memory': 64,
      // It counts what nobody asks for: a fortieth of what a download takes.
      'grpc.enable_channelz': 0,
      interceptors: [
        callChain({
          source: callerSource(listener),
          rateLimiter: listener.security.kind === 'tls' ? options.rateLimiter : undefined,
          listener: listener.name,
          logger,
          methods,
          counts,
          active,
          operatorName: options.operatorName,
          minimumRemainingMs: options.minimumRemainingMs ?? defaults.minimumRemainingMs,
          defaultDeadlineMs,
        }),
      ],
    });
    for (const service of services) server.addService(grpcDefinition(service), grpcHandlers(service, mappers));
    return server;
  }

  function defaultDeadlineMs({ path, responseStream }: ServedMethod): number | undefined {
    const general = responseStream ? undefined : (options.defaultDeadlineMs ?? defaults.deadlineMs);
    return options.defaultDeadlineMsOf?.[path] ?? general;
  }

  async function stop(): Promise<void> {
    health.set(false);
    // A stream that follows something never ends by itself; its caller finds another server, or this one again.
    for (const call of [...active]) if (call.responseStream) call.refuse(refusal('SERVER_STOPPING'));
    // Callers that keep their connections open all the same are cut off after that time, and calls that hang have been answered.
    const stopWithinMs = options.stopWithinMs ?? defaults.stopWithinMs;
    for (const [nth, address] of addresses.entries()) {
      bindings[nth]!.server.drain(address, stopWithinMs + defaults.flushWithinMs);
    }
    const closed = Promise.all(bindings.map(({ server }) => new Promise((resolve) => server.tryShutdown(resolve))));
    if (!(await settledWithin(closed, stopWithinMs))) {
      logger.warn({ server: name, calls: active.size }, 'stopping is overdue');
      for (const call of [...active]) call.refuse(refusal('SERVER_STOPPING'));
      await settledWithin(closed, 2 * defaults.flushWithinMs);
    }
    logger.info({ server: name }, 'stopped');
  }

  return {
    addresses,
    async start() {
      for (const { listener, server } of bindings) {
        await clearSocket(listener.address);
        addresses.push(await bind(server, listener));
        await protectSocket(listener.address);
      }
      health.set(true);
      logger.info({ server: name, addresses, services: ownServices }, 'serving');
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
    setHealth: (serving, service) => health.set(serving, service),
    callCounts: () => counts.snapshot(),
  };
}

function bind(server: Server, listener: Listener): Promise<string> {
  return new Promise((resolve, reject) => {
    server.bindAsync(listener.address, serverCredentials(listener), (error, port) => {
      if (error) reject(new Error(`can not listen on ${listener.address}`, { cause: error }));
      else
        resolve(
          listener.address.startsWith('unix:') ? listener.address : listener.address.replace(/:[0-9]+$/, `:${port}`),
        );
    });
  });
}

/** Whether something has come to its end within a time, in milliseconds. */
async function settledWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const settled = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return settled;
}
