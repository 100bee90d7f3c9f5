import { refusal, type ServiceError } from '@tegata/service-kit';
import type { AuthenticationContext } from '../context.ts';

/** Why a review can't be claimed or decided; `elsewhere` where it waits, but not for this reviewer. */
export async function whyNot(
  { prisma }: AuthenticationContext,
  id: string,
  elsewhere: 'REVIEW_CLAIMED' | 'REVIEW_CLAIM_LOST',
): Promise<ServiceError> {
  const row = await prisma.verification.findUnique({ where: { id }, select: { state: true, reviewQueuedAt: true } });
  if (row?.state === 'IN_REVIEW') return refusal(elsewhere);
  return refusal(row?.state === 'WITHDRAWN' && row.reviewQueuedAt ? 'REVIEW_WITHDRAWN' : 'REVIEW_NOT_FOUND');
}
