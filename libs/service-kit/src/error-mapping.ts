import { randomUUID } from 'node:crypto';
import { rspErrorDomain, type StatusName } from '@tegata/contracts';
import type { CallContext } from './call-context.ts';
import { refusal, ServiceError } from './service-error.ts';

/** Turns an error of a library into a refusal; undefined when it does not know it. */
export type ErrorMapper = (error: unknown) => ServiceError | undefined;

/** An SGP.22 refusal, such as the RspRefusal of @tegata/rsp. */
interface RspRefusal extends Error {
  readonly subjectCode: string;
  readonly reasonCode: string;
  /** Name of the refusal, UPPER_SNAKE_CASE. */
  readonly code?: unknown;
  readonly subjectIdentifier?: unknown;
  /** `Expired` where a time limit of the function passed. */
  readonly status?: unknown;
}

/** Subject and reason code to gRPC status, where it is not FAILED_PRECONDITION. */
const statusOfCodes: Readonly<Record<string, StatusName>> = {
  // A parameter of the request is malformed or missing.
  '1.6/2.1': 'INVALID_ARGUMENT',
  '1.6/2.2': 'INVALID_ARGUMENT',
};

const dottedCode = /^[0-9]+(\.[0-9]+)*$/;
const upperSnake = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

/** SGP.22 refusals travel with their codes as metadata; recognised by shape, so that no protocol library is needed here. */
export const mapRspRefusal: ErrorMapper = (error) => {
  if (!isRspRefusal(error)) return undefined;
  const { subjectCode, reasonCode, code, subjectIdentifier, status } = error;
  return new ServiceError({
    status: statusOfCodes[`${subjectCode}/${reasonCode}`] ?? 'FAILED_PRECONDITION',
    reason: typeof code === 'string' && upperSnake.test(code) ? code : 'RSP_REFUSAL',
    domain: rspErrorDomain,
    message: error.message || `SGP.22 refusal ${subjectCode}/${reasonCode}`,
    metadata: {
      subjectCode,
      reasonCode,
      ...(typeof subjectIdentifier === 'string' && { subjectIdentifier }),
      ...(status === 'Expired' && { executionStatus: status }),
    },
    cause: error,
  });
};

function isRspRefusal(error: unknown): error is RspRefusal {
  if (!(error instanceof Error) || !('subjectCode' in error) || !('reasonCode' in error)) return false;
  const { subjectCode, reasonCode } = error;
  return (
    typeof subjectCode === 'string' &&
    typeof reasonCode === 'string' &&
    dottedCode.test(subjectCode) &&
    dottedCode.test(reasonCode)
  );
}

/** The refusal that a thrown value is answered with. */
export function toServiceError(error: unknown, mappers: readonly ErrorMapper[], context: CallContext): ServiceError {
  if (error instanceof ServiceError) {
    return isOurOwnFault(error) ? incident(error, context) : error;
  }
  for (const map of mappers) {
    const mapped = map(error);
    if (mapped) return mapped;
  }
  // A handler that stops because nobody waits any more has not failed.
  if (context.signal.aborted) return refusal('CALL_CANCELLED', { cause: error });
  return incident(error, context);
}

/** Another server refused us as its caller: our caller can do nothing about that. */
function isOurOwnFault({ remote, reason }: ServiceError): boolean {
  return remote && (reason === 'CALLER_UNIDENTIFIED' || reason === 'CALLER_NOT_ALLOWED');
}

/** The cause stays in the log, under a number that the caller is told. */
function incident(error: unknown, context: CallContext): ServiceError {
  const id = randomUUID();
  context.logger.error({ err: error, incident: id }, 'unexpected error');
  return refusal('INTERNAL_ERROR', {
    message: `Something went wrong in the server (incident ${id}).`,
    metadata: { incident: id },
    cause: error,
  });
}
