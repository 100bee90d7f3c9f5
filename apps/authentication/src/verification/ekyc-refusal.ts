import { EkycBusyError, EkycError, type Reason } from '@tegata/ekyc';
import { refusal, ServiceError } from '@tegata/service-kit';

/** Pictures that can't be used, in the words of the first reason. */
export const documentRefusal = ({ code, sentence }: Reason): ServiceError =>
  new ServiceError({ status: 'FAILED_PRECONDITION', reason: code, message: sentence });

/** An engine that could give no verdict: busy with a hint when to try again, or down. Undefined for other errors. */
export function mapEkycError(error: unknown): ServiceError | undefined {
  if (error instanceof EkycBusyError) return refusal('EKYC_BUSY', { retryAfterMs: error.retryAfterMs, cause: error });
  return error instanceof EkycError ? refusal('EKYC_UNAVAILABLE', { cause: error }) : undefined;
}
