import type { StatusName } from '@tegata/contracts';
import { LpaError } from '@tegata/lpa';
import { ServiceError } from '@tegata/service-kit';
import { type FailureKind, TerminalError } from '../terminal-error.ts';

const statusOfKind: Readonly<Record<FailureKind, StatusName>> = {
  'not-found': 'NOT_FOUND',
  invalid: 'INVALID_ARGUMENT',
  precondition: 'FAILED_PRECONDITION',
  denied: 'PERMISSION_DENIED',
  busy: 'ABORTED',
  unavailable: 'UNAVAILABLE',
  cancelled: 'CANCELLED',
  internal: 'INTERNAL',
};

/**
 * What a local program is told of an error of the terminal or of the LPA. Refusals of servers are ServiceErrors already
 * and pass unchanged.
 */
export function terminalRefusal(error: unknown): ServiceError | undefined {
  if (error instanceof TerminalError) {
    const { kind, code, message, cause } = error;
    return new ServiceError({ status: statusOfKind[kind], reason: code, message, cause });
  }
  if (error instanceof LpaError) {
    const { code, message, details: metadata, cause } = error;
    const status = code === 'PROFILE_NOT_FOUND' ? 'NOT_FOUND' : 'FAILED_PRECONDITION';
    return new ServiceError({ status, reason: code, message, metadata, cause });
  }
  return undefined;
}
