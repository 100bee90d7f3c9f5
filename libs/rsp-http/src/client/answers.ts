import { rspErrorDomain } from '@tegata/contracts';
import { type FunctionExecutionStatus, refusalNamed } from '@tegata/rsp';
import { rateLimited, refusal, ServiceError } from '@tegata/service-kit';
import { headerOfAnswer } from '../binding/execution-status.ts';
import { isJsonObject, type JsonObject, MemberError } from '../binding/json.ts';
import { ownValue, readMembers } from '../binding/members.ts';
import type { RspFunction } from '../binding/rsp-function.ts';
import { AnswerTooLarge, type HttpAnswer } from './http-exchange.ts';
import { ServerCertificateError } from './tls-settings.ts';

/** What a server may say of its refusal, in characters. */
const maxMessageLength = 300;

/**
 * The message of an answer.
 *
 * A notification is taken in with any status of success (SGP.22 section 6.4 has 204), unless the body says that it was refused.
 *
 * @throws ServiceError for a refusal, with the codes, where there are some, as metadata as over gRPC; for another status; and
 * SERVER_ANSWER_MALFORMED for something that is no answer of the function
 */
export function readAnswer({ answer: members }: RspFunction, answer: HttpAnswer): object {
  const { status, contentType, body } = answer;
  const isNotification = members === undefined;
  if (isNotification ? status < 200 || status > 299 : status !== 200 && status !== 204) throw ofStatus(answer);
  if (isNotification && body.length === 0) return {};
  if (!isJson(contentType)) throw malformed(new TypeError(`content of the type ${printable(contentType ?? '')}`));
  const object = parse(body);
  if (isNotification && ownValue(object, 'header') === undefined) return {};
  try {
    const header = headerOfAnswer.read(ownValue(object, 'header') ?? {}, 'header');
    const { functionExecutionStatus: outcome } = header;
    if (outcome.status === 'Failed' || outcome.status === 'Expired') throw refused(outcome);
    return readMembers(members ?? [], object);
  } catch (cause) {
    if (cause instanceof MemberError) throw malformed(cause);
    throw cause;
  }
}

/** SGP.22 section 6.2: answers are JSON and say so. One that says nothing of its type is looked at. */
function isJson(contentType: string | undefined): boolean {
  return contentType === undefined || /^\s*application\/json\s*(?:;|$)/i.test(contentType);
}

function parse(body: Buffer): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw malformed(cause);
  }
  if (!isJsonObject(value)) throw malformed(new TypeError('not an object'));
  return value;
}

const malformed = (cause: unknown) => refusal('SERVER_ANSWER_MALFORMED', { cause });

/** A refusal. Its codes are conditional (SGP.22 section 6.5.1.4): a server may leave them out, and has refused all the same. */
function refused({ status, statusCodeData }: FunctionExecutionStatus): ServiceError {
  const refusal = { status: 'FAILED_PRECONDITION', domain: rspErrorDomain } as const;
  const expired = status === 'Expired' ? { executionStatus: status } : {};
  if (statusCodeData === undefined) {
    const message = 'The server refused, and does not say why.';
    return new ServiceError({ ...refusal, reason: 'RSP_REFUSAL', message, metadata: expired }, true);
  }
  const { subjectCode, reasonCode, subjectIdentifier, message } = statusCodeData;
  return new ServiceError(
    {
      ...refusal,
      reason: refusalNamed(subjectCode, reasonCode) ?? 'RSP_REFUSAL',
      message: message ? printable(message) : `SGP.22 refusal ${printable(subjectCode)}/${printable(reasonCode)}`,
      metadata: {
        subjectCode: printable(subjectCode),
        reasonCode: printable(reasonCode),
        ...(subjectIdentifier !== undefined && { subjectIdentifier: printable(subjectIdentifier) }),
        ...expired,
      },
    },
    true,
  );
}

/** What strangers write may end on somebody's screen: without control characters, and short. */
const printable = (text: string) => text.replaceAll(/\p{C}/gu, ' ').slice(0, maxMessageLength);

/** Longest wait that a server is believed to want, in milliseconds. */
const longestWaitMs = 24 * 3_600_000;

/** Of a server that says 429 and not how long: the least that Retry-After can say. */
const shortestWaitMs = 1_000;

/** What a status other than 200 and 204 means (RFC 9110): no function was carried out, and what is in the body is not for an LPA. */
function ofStatus({ status, retryAfter }: HttpAnswer): ServiceError {
  const cause = new Error(`HTTP status ${status}`);
  if (status === 404 || status === 405) return refusal('METHOD_NOT_SERVED', { cause });
  if (status === 413) return refusal('MESSAGE_TOO_LARGE', { cause });
  const retryAfterMs = waitOf(retryAfter);
  if (status === 429) return rateLimited(retryAfterMs ?? shortestWaitMs, cause);
  if (status >= 500 || status === 408) {
    const message = `The server was reached, and can not serve now (HTTP status ${status}).`;
    return refusal('SERVER_NOT_SERVING', { cause, message, ...(retryAfterMs !== undefined && { retryAfterMs }) });
  }
  const redirection = status >= 300 && status < 400 ? ', which leads elsewhere and is not followed' : '';
  const message = `The server answered with HTTP status ${status}${redirection}: no answer of the function.`;
  return refusal('SERVER_ANSWER_MALFORMED', { cause, message });
}

/** Retry-After in milliseconds from now: seconds, or a date (RFC 9110 section 10.2.3). What is neither says nothing. */
function waitOf(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  const wait = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), longestWaitMs);
}

/**
 * Errors of OpenSSL and Node about the certificate of the server; Node has no name of its own for the rarer ones. An alert is the server's, about a
 * certificate of ours that it misses or does not take.
 */
const certificateFault =
  /^(?!.*_ALERT_).*CERT|^UNSPECIFIED$|UNABLE_TO_(?:GET|VERIFY|DECODE)|SELF_SIGNED|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_EXCEEDED/;

/** Errors of Node's parser: something answered, and not in HTTP. */
const noHttp = /^HPE_/;

/** The ServiceError for whatever ended an exchange without an answer. */
export function ofTransport(error: unknown, signal: AbortSignal, deadline: AbortSignal): ServiceError {
  if (error instanceof ServiceError) return error;
  if (deadline.aborted) return refusal('DEADLINE_EXCEEDED', { cause: error });
  if (signal.aborted) return refusal('CALL_CANCELLED', { cause: error });
  if (error instanceof AnswerTooLarge) return malformed(error);
  if (error instanceof ServerCertificateError) return refusal(error.code, { cause: error });
  const code = String((error as { readonly code?: unknown } | undefined)?.code);
  if (noHttp.test(code)) return malformed(error);
  return refusal(certificateFault.test(code) ? 'SERVER_NOT_TRUSTED' : 'SERVER_UNREACHABLE', { cause: error });
}
