import { errorReasons } from '@tegata/contracts';
import type { AuthenticationContext } from '../context.ts';

/** Lets reviews lapse that nobody decided in time: the applicant starts again, and the pictures are deleted. */
export async function lapseReviews({ prisma, clock }: AuthenticationContext): Promise<void> {
  const now = clock();
  await prisma.$transaction(async (transaction) => {
    const lapsed = await transaction.verification.updateManyAndReturn({
      where: { state: 'IN_REVIEW', reviewExpiresAt: { lte: now } },
      data: { state: 'EXPIRED', reasons: [reason], decidedAt: now, reviewClaim: null },
      select: { id: true },
    });
    const ids = lapsed.map(({ id }) => id);
    await transaction.captureSegment.deleteMany({ where: { verificationId: { in: ids } } });
    await transaction.reviewEvent.createMany({
      data: ids.map((verificationId) => ({ verificationId, at: now, action: 'lapsed', reviewer: '', reason: '' })),
    });
  });
}

const reason = { code: 'REVIEW_LAPSED', sentence: errorReasons.REVIEW_LAPSED.sentence };
