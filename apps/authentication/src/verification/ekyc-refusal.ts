import { EkycBusyError, EkycError, REASONS, type Reason } from '@tegata/ekyc';
import { dayAt } from '@tegata/emrtd';
import { refusal, ServiceError } from '@tegata/service-kit';
import type { AuthenticationContext } from '../context.ts';
import type { EvidenceReading } from '../evidence/evidence-kind.ts';

/** Pictures that can't be used, in the words of the first reason. */
export const documentRefusal = ({
  code,
  sentence,
}: Pick<Reason, 'sentence'> & { readonly code: string }): ServiceError =>
  new ServiceError({ status: 'FAILED_PRECONDITION', reason: code, message: sentence });

/**
 * A picture that has to be taken again, or a document that is refused, ends in its first reason; the contract asks for documents anew. What a
 * person has to look at goes on, where persons look at anything, as long as the document is in force.
 */
export function refuseUnlessUsable(
  { config, clock }: Pick<AuthenticationContext, 'config' | 'clock'>,
  { outcome, reasons, expiryDate }: EvidenceReading,
): void {
  const [reason] = reasons;
  const usable = outcome === 'accepted' || (outcome === 'review' && config.review !== 'off');
  if (!usable && reason) throw documentRefusal(reason);
  const code = 'DOCUMENT_EXPIRED';
  if (expiryDate && expiryDate < dayAt(clock())) throw documentRefusal({ code, sentence: REASONS[code].sentence });
}

/** A picture over which a worker died is to be taken again: it would end the next worker, too. */
export function unreadableWhereItCrashed(error: unknown) {
  if (!(error instanceof EkycError && error.code === 'EKYC_WORKER_CRASHED')) throw error;
  const reason: Reason = { code: 'DOCUMENT_UNREADABLE', sentence: REASONS.DOCUMENT_UNREADABLE.sentence };
  return { outcome: 'refused' as const, reasons: [reason] };
}

/** An engine that could give no verdict: busy with a hint when to try again, or down. Undefined for other errors. */
export function mapEkycError(error: unknown): ServiceError | undefined {
  if (error instanceof EkycBusyError) return refusal('EKYC_BUSY', { retryAfterMs: error.retryAfterMs, cause: error });
  return error instanceof EkycError ? refusal('EKYC_UNAVAILABLE', { cause: error }) : undefined;
}
