import { explainRefusal } from '@tegata/rsp';
import { ServiceError } from '@tegata/service-kit';

/** Whether a failure of a call may pass by itself. After all but "busy" it is not known whether the call arrived. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false;
  return error.status === 'UNAVAILABLE' || error.status === 'DEADLINE_EXCEEDED' || error.retryAfterMs !== undefined;
}

/** How long a server asks to wait before the next try, in milliseconds; 0 when it doesn't say. */
export function askedToWaitMs(error: unknown): number {
  return error instanceof ServiceError ? (error.retryAfterMs ?? 0) : 0;
}

/** Stable code of an error of this project, whoever made it. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** An error in a sentence: of a refusal of SGP.22 what its codes mean, whatever words the server has for it. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ServiceError) {
    const { subjectCode, reasonCode } = error.metadata;
    if (subjectCode !== undefined && reasonCode !== undefined) return explainRefusal(subjectCode, reasonCode);
  }
  return error instanceof Error ? error.message : 'unknown';
}
