import { randomUUID } from 'node:crypto';
import { type CallOptions, type RetryPolicy, refusal, waitForRetry } from '@tegata/service-kit';
import { adminProtocol, adminProtocolHeader, jsonContentType } from '../binding/admin-protocol.ts';
import { headerOfRequest } from '../binding/execution-status.ts';
import { writeMembers } from '../binding/members.ts';
import {
  type AnswerOfFunction,
  pathOf,
  type RequestOfFunction,
  type RspFunction,
  type RspFunctions,
  type RspInterface,
} from '../binding/rsp-function.ts';
import { ofTransport, readAnswer } from './answers.ts';
import { http1Exchange } from './http1-exchange.ts';
import { http2Exchange } from './http2-exchange.ts';
import { locateServer } from './server-location.ts';
import { type TlsTrust, tlsSettings } from './tls-settings.ts';

/** Where a server is and how its functions are called. */
export interface RspConnectionOptions extends TlsTrust {
  /** Domain name of the server, as an activation code or an event has it; with `:port` unless that is 443. */
  readonly address: string;
  /** `host:port` where the connection goes instead, for networks without DNS. The name verified is still that of `address`. */
  readonly connectTo?: string | undefined;
  /** `http/1.1` unless said otherwise: every server of SGP.22 speaks it. */
  readonly protocol?: 'http/1.1' | 'h2';
  /** Who we are in the header of requests (`functionRequesterIdentifier`); interfaces other than an LPA's need it. */
  readonly requester?: string;
  /** Time for a call with all its tries, in milliseconds; 30 s. */
  readonly timeoutMs?: number;
  /** For functions that may be repeated; others are tried once. */
  readonly retry?: RetryPolicy;
  /** Spreads the delays between tries; number from 0 up to 1. */
  readonly random?: () => number;
  /** Largest answer in octets; 4 MiB. */
  readonly maxAnswerOctets?: number;
}

/** The functions of an interface as a client calls them. Every failure is a ServiceError, as over gRPC. */
export type RspClient<I extends RspInterface<RspFunctions>> = {
  readonly [K in keyof I['functions']]: (
    request: RequestOfFunction<I['functions'][K]>,
    options?: CallOptions,
  ) => Promise<AnswerOfFunction<I['functions'][K]>>;
};

/** A way to one server over HTTPS. Nothing is sent before the first call. */
export interface RspConnection {
  /** A client of one interface; any number of them share the connections. */
  client<I extends RspInterface<RspFunctions>>(rspInterface: I): RspClient<I>;
  /** Ends calls in progress and closes the connections. */
  close(): void;
}

const defaults = {
  timeoutMs: 30_000,
  retry: { attempts: 3, firstDelayMs: 100, maxDelayMs: 2_000 },
  maxAnswerOctets: 4 * 1024 * 1024,
};

/** Time kept back from the deadline of the call being served, in milliseconds, so that its own answer is not late. */
const reserveMs = 20;

/**
 * Describes a way to a server of SGP.22 over HTTPS/JSON. Its TLS certificate must chain to `roots` and be for the name of
 * `address`.
 *
 * @throws TypeError for an address that is none
 */
export function connectRsp(options: RspConnectionOptions): RspConnection {
  const location = locateServer(options.address, options.connectTo);
  const makeExchange = options.protocol === 'h2' ? http2Exchange : http1Exchange;
  const maxAnswerOctets = options.maxAnswerOctets ?? defaults.maxAnswerOctets;
  const exchange = makeExchange(location, tlsSettings(location, options), maxAnswerOctets);

  async function call(
    rspInterface: RspInterface<RspFunctions>,
    name: string,
    request: object,
    callOptions: CallOptions,
  ): Promise<object> {
    const rspFunction = rspInterface.functions[name] as RspFunction;
    const body = Buffer.from(JSON.stringify(requestOf(rspInterface, rspFunction, request, callOptions)));
    const bounds = boundsOf(callOptions);
    const headers = {
      'content-type': jsonContentType,
      accept: 'application/json',
      [adminProtocolHeader]: adminProtocol,
      'user-agent': rspInterface.requestHeader ? 'tegata' : 'gsma-rsp-lpad',
    };
    const retry = options.retry ?? defaults.retry;
    const policy = rspFunction.repeatable ? retry : { ...retry, attempts: 1 };
    for (let tries = 1; ; tries++) {
      try {
        const path = pathOf(rspInterface, name);
        return readAnswer(rspFunction, await exchange.post({ path, headers, body, signal: bounds.all }));
      } catch (thrown) {
        const error = ofTransport(thrown, bounds.all, bounds.timeout);
        const { deadline, all: signal } = bounds;
        const random = options.random ?? Math.random;
        if (!(await waitForRetry(error, tries, { policy, random, deadline, signal }))) throw error;
      }
    }
  }

  function requestOf(
    { requestHeader }: RspInterface,
    { request: members }: RspFunction,
    request: object,
    { context }: CallOptions,
  ) {
    const written = writeMembers(members, request);
    if (!requestHeader) return written;
    if (options.requester === undefined) throw new TypeError('this interface needs to know who calls: requester');
    const header = headerOfRequest.write({
      functionRequesterIdentifier: options.requester,
      functionCallIdentifier: context?.requestId ?? randomUUID(),
    });
    return { header, ...written };
  }

  /** Deadline and cancellation: our own, and those of the call being served. */
  function boundsOf({ timeoutMs, signal, context }: CallOptions) {
    const own = Date.now() + (timeoutMs ?? options.timeoutMs ?? defaults.timeoutMs);
    const latest = Math.min(own, context?.deadline ? context.deadline.getTime() - reserveMs : own);
    if (latest <= Date.now()) throw refusal('DEADLINE_TOO_SHORT');
    const timeout = AbortSignal.timeout(latest - Date.now());
    const others = [signal, context?.signal].filter((each) => each !== undefined);
    return { deadline: new Date(latest), timeout, all: AbortSignal.any([timeout, ...others]) };
  }

  return {
    client<I extends RspInterface<RspFunctions>>(rspInterface: I) {
      const calls = Object.keys(rspInterface.functions).map((name) => [
        name,
        (request: object, callOptions: CallOptions = {}) => call(rspInterface, name, request, callOptions),
      ]);
      return Object.fromEntries(calls) as RspClient<I>;
    },
    close: () => exchange.close(),
  };
}
