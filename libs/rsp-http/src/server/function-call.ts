import { hash } from 'node:crypto';
import { parseAdminProtocol } from '@tegata/rsp';
import { type Caller, type Dispatcher, isRequestId, ServiceError } from '@tegata/service-kit';
import { adminProtocol as ours } from '../binding/admin-protocol.ts';
import { headerOfRequest, type RequestHeader, successful, unsuccessful } from '../binding/execution-status.ts';
import { type JsonObject, MemberError } from '../binding/json.ts';
import { ownValue, readMembers, writeMembers } from '../binding/members.ts';
import { executionStatusOf, refusalOfMember } from './refusal-answer.ts';
import type { ServedFunction } from './served-functions.ts';
import { TransportFault } from './transport-fault.ts';

/** A call as it came out of HTTP. */
export interface FunctionCall {
  /** The functions at its path, one or more. */
  readonly functions: readonly ServedFunction[];
  /** X-Admin-Protocol; undefined when the header is not there. */
  readonly adminProtocol: string | undefined;
  /** Parses the body. @throws MemberError, TransportFault */
  readonly parse: () => JsonObject;
  readonly caller: Caller | undefined;
  /** Id that the caller gave the request in a header field of HTTP. */
  readonly requestId: unknown;
  /** Has a listener called when the caller is gone before its answer. */
  readonly whenGone: (listener: () => void) => void;
}

/** A request that was read, or why it was not. */
type Received =
  | { readonly requestId: unknown; readonly chosen: ServedFunction; readonly request: object }
  | { readonly requestId: unknown; readonly chosen: ServedFunction; readonly fault: unknown };

/**
 * Calls a function and makes its answer: the whole body of a 200, or undefined for a 204. Refusals are answers too.
 * @throws TransportFault for a body that is not JSON
 */
export async function callFunction(dispatcher: Dispatcher, call: FunctionCall): Promise<JsonObject | undefined> {
  const { caller, whenGone } = call;
  const received = await receive(call);
  const { rspFunction, method, server } = received.chosen;
  try {
    const answer = await dispatcher.call(method, {
      caller,
      whenGone,
      requestId: received.requestId,
      // In the chain: who may not call is told that, whatever the request is, and what is unexpected is logged.
      read() {
        if ('fault' in received) throw received.fault;
        return received.request;
      },
    });
    return rspFunction.answer && successful(writeMembers(rspFunction.answer, answer));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return unsuccessful(executionStatusOf(error, rspFunction, server));
  }
}

async function receive({ functions, adminProtocol, parse, requestId }: FunctionCall): Promise<Received> {
  const [first] = functions as readonly [ServedFunction];
  let id = requestId;
  try {
    const object = parse();
    checkAdminProtocol(adminProtocol);
    if (first.requestHeader) id = requestIdOf(requestHeaderOf(object));
    const request = readMembers(first.rspFunction.request, object);
    return { requestId: id, chosen: functionFor(functions, request), request };
  } catch (error) {
    if (error instanceof TransportFault) throw error;
    return { requestId: id, chosen: first, fault: error instanceof MemberError ? refusalOfMember(error) : error };
  }
}

/** A message that does not say its version is taken for one of ours; all revisions of version 2 have the same members. */
function checkAdminProtocol(value: string | undefined): void {
  try {
    if (value !== undefined && value !== ours) parseAdminProtocol(value);
  } catch {
    throw new MemberError('malformed', 'X-Admin-Protocol', 'must be gsma/rsp/v and a version such as 2.2.2');
  }
}

function requestHeaderOf(object: JsonObject) {
  const header = ownValue(object, 'header');
  if (header === undefined) throw new MemberError('missing', 'header', 'is missing');
  return headerOfRequest.read(header, 'header');
}

/** A call that is repeated has the same id, also where its own can not be one. */
function requestIdOf({ functionCallIdentifier }: RequestHeader): string {
  return isRequestId(functionCallIdentifier)
    ? functionCallIdentifier
    : hash('sha256', functionCallIdentifier, 'base64url');
}

const functionFor = (functions: readonly ServedFunction[], request: object): ServedFunction =>
  functions.find(({ accepts }) => accepts === undefined || accepts(request)) ?? (functions.at(-1) as ServedFunction);
