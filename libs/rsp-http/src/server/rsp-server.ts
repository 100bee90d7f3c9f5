import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CallCounts,
  createDispatcher,
  type ErrorMapper,
  type Logger,
  type RateLimiter,
} from '@tegata/service-kit';
import { defaultLimits, type RspHttpLimits } from './limits.ts';
import { requestHandler } from './request-handler.ts';
import { type BoundListener, type ListenerSocket, listen } from './rsp-listener.ts';
import { type ServedInterface, servedFunctions } from './served-functions.ts';

/** A listener with what it serves: its own certificate, clients and handlers. */
export interface RspListener extends ListenerSocket {
  /** What handlers know it by. */
  readonly name?: string;
  readonly serves: readonly ServedInterface[];
}

/** What a server of the JSON binding is made of. */
export interface RspServerOptions {
  /** Name for the log. */
  readonly name: string;
  readonly logger: Logger;
  readonly listeners: readonly RspListener[];
  /** Counts of the same server's gRPC calls, to count these with them. */
  readonly counts: CallCounts;
  /** Limits how often an address may call at listeners without client certificates, gRPC calls counted in. */
  readonly rateLimiter?: RateLimiter;
  /** Name of the operators that are served. */
  readonly operatorName?: string;
  readonly errorMappers?: readonly ErrorMapper[];
  readonly limits?: Partial<RspHttpLimits>;
  /** How long calls in progress may go on when the server stops, in milliseconds; 10 s. */
  readonly stopWithinMs?: number;
}

/** A server that was made with `createRspServer`. */
export interface RspServer {
  /** Where it listens, in the order of the listeners, with the ports that port 0 became. */
  readonly addresses: readonly string[];
  /** Binds every listener. */
  start(): Promise<void>;
  /** Takes no more calls, lets those in progress finish for a while, closes. Can be called twice. */
  stop(): Promise<void>;
}

/**
 * Makes a server of the JSON binding (SGP.22 section 6) over the same handlers, callers, field rules and log as the gRPC server.
 *
 * @throws TypeError when a function has no handler or a path is claimed twice
 */
export function createRspServer(options: RspServerOptions): RspServer {
  const { name, logger, counts, operatorName } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const prepared = options.listeners.map((listener) => {
    const dispatcher = createDispatcher({
      binding: 'https',
      ...(listener.name !== undefined && { listener: listener.name }),
      logger,
      counts,
      operatorName,
      services: listener.serves.map(({ service }) => service),
      deadlineMs: limits.answerMs,
      ...(options.errorMappers && { errorMappers: options.errorMappers }),
    });
    // Clients with a pinned certificate are known, and answer for what they do.
    const rateLimiter = listener.clients ? undefined : options.rateLimiter;
    const functions = servedFunctions(listener.serves);
    return { listener, handler: requestHandler(functions, dispatcher, limits, logger, rateLimiter) };
  });
  const bound: BoundListener[] = [];
  const addresses: string[] = [];
  let stopping: Promise<void> | undefined;

  async function stop(): Promise<void> {
    for (const { handler } of prepared) handler.stopping();
    const closed = Promise.all(bound.map((each) => each.stop())).then(() => true);
    const late = new AbortController();
    const overdue = sleep(options.stopWithinMs ?? 10_000, false, { signal: late.signal }).catch(() => false);
    if (!(await Promise.race([closed, overdue]))) {
      logger.warn({ server: name }, 'stopping is overdue');
      for (const each of bound) each.destroy();
      await closed;
    }
    late.abort();
    logger.info({ server: name }, 'stopped listening for HTTPS');
  }

  return {
    addresses,
    async start() {
      for (const { listener, handler } of prepared) {
        const each = await listen(listener, limits, handler.handle, logger);
        bound.push(each);
        addresses.push(each.address);
      }
      if (bound.length > 0) logger.info({ server: name, addresses }, 'serving HTTPS');
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}
