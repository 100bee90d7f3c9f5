import { rspErrorDomain } from '@tegata/contracts';
import { type FunctionExecutionStatus, type RefusalName, refusals } from '@tegata/rsp';
import { ServiceError } from '@tegata/service-kit';
import type { MemberError } from '../binding/json.ts';
import type { RspFunction, RspInterface } from '../binding/rsp-function.ts';

/** The refusal of a request with a member that is missing (1.6/2.2) or malformed (1.6/2.1). */
export function refusalOfMember(error: MemberError): ServiceError {
  const reason: RefusalName = error.fault === 'missing' ? 'PARAMETER_MISSING' : 'PARAMETER_INVALID';
  const { subjectCode, reasonCode } = refusals[reason];
  return new ServiceError({
    status: 'INVALID_ARGUMENT',
    reason,
    domain: rspErrorDomain,
    message: error.message,
    metadata: { subjectCode, reasonCode },
    cause: error,
  });
}

/**
 * A refusal as the header of an answer says it (SGP.22 section 6.5.1.4). Those of SGP.22 have their codes; all others get the codes
 * nearest to them: the parameter, the requester, or the server that could not do its part.
 */
export function executionStatusOf(
  error: ServiceError,
  rspFunction: RspFunction,
  server: RspInterface['server'],
): FunctionExecutionStatus {
  const { subjectCode, reasonCode, subjectIdentifier, executionStatus } = error.metadata;
  const [violation] = error.fieldViolations;
  const message = violation ? `${memberOf(violation.field, rspFunction)} ${violation.description}` : error.message;
  if (error.domain === rspErrorDomain && subjectCode !== undefined && reasonCode !== undefined) {
    return {
      status: executionStatus === 'Expired' ? 'Expired' : 'Failed',
      statusCodeData: {
        subjectCode,
        reasonCode,
        ...(subjectIdentifier !== undefined && { subjectIdentifier }),
        message,
      },
    };
  }
  const codes = refusals[nameOf(error, server)];
  return {
    status: 'Failed',
    statusCodeData: { subjectCode: codes.subjectCode, reasonCode: codes.reasonCode, message },
  };
}

function nameOf({ status }: ServiceError, server: RspInterface['server']): RefusalName {
  switch (status) {
    case 'INVALID_ARGUMENT':
    case 'OUT_OF_RANGE':
      return 'PARAMETER_INVALID';
    case 'PERMISSION_DENIED':
    case 'UNAUTHENTICATED':
      return 'FUNCTION_REQUESTER_REFUSED';
    default:
      return server === 'SM-DS' ? 'SMDS_EXECUTION_ERROR' : 'SMDP_EXECUTION_ERROR';
  }
}

/** The member that a field of the message came from: `euicc_challenge` is `euiccChallenge`. */
function memberOf(field: string, { request }: RspFunction): string {
  const name = field.replaceAll(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
  const member = request.find((each) => each.names.includes(name) || each.field.toLowerCase() === name.toLowerCase());
  return member?.names.includes(name) ? name : (member?.names[0] ?? name);
}
