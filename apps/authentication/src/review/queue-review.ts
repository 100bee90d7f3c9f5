import { REASONS, type Verdict } from '@tegata/ekyc';
import type { AuthenticationContext } from '../context.ts';
import type { Verification } from '../generated/client.ts';

/**
 * Whether a verdict in the middle band waits for a person now; otherwise better pictures are asked for, or it is refused. Another ID photo
 * mends nothing on the document.
 */
export function goesToReview(
  { config }: AuthenticationContext,
  { triesLeft }: Verification,
  verdict: Verdict,
): boolean {
  if (verdict.outcome !== 'review') return false;
  const mendable = verdict.reasons.some(({ code }) => REASONS[code].about !== 'document');
  return config.review === 'at-once' || (config.review === 'after-tries' && (triesLeft === 0 || !mendable));
}

/** Puts a verification that neither held nor failed into the queue. Its pictures are kept, encrypted, until the decision. */
export async function queueReview(
  { prisma, clock, config }: AuthenticationContext,
  { id }: Verification,
  verdict: Verdict,
  stored: object,
): Promise<void> {
  const now = clock();
  await prisma.$transaction(async (transaction) => {
    const { count } = await transaction.verification.updateMany({
      where: { id, state: 'JUDGING' },
      data: {
        state: 'IN_REVIEW',
        reasons: verdict.reasons.map(({ code, sentence }) => ({ code, sentence })),
        verdict: stored,
        reviewQueuedAt: now,
        reviewExpiresAt: new Date(now.getTime() + config.reviewLifetimeMs),
        ...{ reviewClaim: null, reviewer: null, reviewClaimedUntil: null },
      },
    });
    if (count === 0) return;
    const event = {
      verificationId: id,
      at: now,
      action: 'queued',
      reviewer: '',
      reason: verdict.reasons[0]?.code ?? '',
    };
    await transaction.reviewEvent.create({ data: event });
  });
}
