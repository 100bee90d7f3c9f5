import { randomUUID } from 'node:crypto';
import { status as StatusCode } from '@grpc/grpc-js';
import type { StatusName } from '@tegata/contracts';
import type { Logger } from 'pino';
import type { CallContext } from './call-context.ts';
import { type Caller, callerLabel } from './caller.ts';
import type { ServedMethod } from './served-method.ts';
import { refusal, type ServiceError } from './service-error.ts';

/** What every call passes, whichever binding brings it: its id, who may call, its context, its line in the log. */

const requestIdPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Whether a text can be the id of a request: 1 to 64 letters, digits, hyphens and underscores. */
export const isRequestId = (text: string): boolean => requestIdPattern.test(text);

/** The id a caller gave its request when it is usable, else a fresh one. */
export function requestIdOf(sent: unknown): string {
  return typeof sent === 'string' && isRequestId(sent) ? sent : randomUUID();
}

/** Why a call is not let through by who makes it; undefined when it is. */
export function refusalOfCaller(
  method: ServedMethod | undefined,
  caller: Caller | undefined,
  operatorName: string | undefined,
): ServiceError | undefined {
  if (caller === undefined) return refusal('CALLER_UNIDENTIFIED');
  if (!method?.allowed.has(caller.role)) return refusal('CALLER_NOT_ALLOWED');
  if (caller.role === 'operator' && caller.name !== operatorName) return refusal('CALLER_NOT_ALLOWED');
  return undefined;
}

/**
 * The context of a call that was let through.
 * @param bounds asked for the signal when the handler asks
 */
export function makeContext(
  call: Omit<CallContext, 'logger' | 'signal'>,
  bounds: Pick<CallContext, 'signal'>,
  logger: Logger,
): CallContext {
  let child: Logger | undefined;
  return {
    ...call,
    get signal() {
      return bounds.signal;
    },
    get logger() {
      const { method, requestId, caller } = call;
      child ??= logger.child({ method, requestId, caller: callerLabel(caller) });
      return child;
    },
  };
}

/** How a call ended. */
export interface EndedCall {
  readonly method: string;
  readonly status: StatusName | 'OK';
  readonly reason: string | undefined;
  readonly startedAt: number;
  readonly caller: Caller | undefined;
  readonly requestId: string;
  /** Set for a binding other than gRPC. */
  readonly binding?: string;
}

/** Writes the line of a call. `startedAt` is of `performance.now()`. */
export function logCall(logger: Logger, { reason, startedAt, caller, binding, ...call }: EndedCall): void {
  const level = levelOf(call.status, call.method);
  if (!logger.isLevelEnabled(level)) return;
  logger[level](
    {
      method: call.method,
      status: call.status,
      ...(reason && { reason }),
      ms: Math.round((performance.now() - startedAt) * 1000) / 1000,
      caller: caller ? callerLabel(caller) : 'unidentified',
      requestId: call.requestId,
      ...(binding && { binding }),
    },
    'call',
  );
}

/** Watching a server is not worth a line; a fault of the server is worth attention. */
function levelOf(status: StatusName | 'OK', path: string): 'debug' | 'info' | 'warn' | 'error' {
  switch (status) {
    case 'INTERNAL':
    case 'UNKNOWN':
    case 'DATA_LOSS':
      return 'error';
    case 'UNAVAILABLE':
    case 'DEADLINE_EXCEEDED':
    case 'RESOURCE_EXHAUSTED':
      return 'warn';
    default:
      return path.startsWith('/grpc.') ? 'debug' : 'info';
  }
}

/** Name of a gRPC status. */
export function statusName(code: number): StatusName | 'OK' {
  return (StatusCode[code] ?? 'UNKNOWN') as StatusName | 'OK';
}
