import { errorReasons } from '@tegata/contracts';
import {
  type DecideReviewRequest,
  type DecideReviewResponse,
  ReviewDecision,
  VerificationState,
} from '@tegata/contracts/authentication-v1';
import { EkycError } from '@tegata/ekyc';
import { isUuid } from '@tegata/operations';
import { refusal } from '@tegata/service-kit';
import type { AuthenticationContext } from '../context.ts';
import { judgeVerification } from '../verification/judge-verification.ts';
import { whyNot } from './why-not.ts';

/**
 * Decides a review under its claim, once. Accepted, the certificate is issued as after an accepted ID photo, by this process or, should
 * it die or the engine be busy, by the next; refused, the verification is over. The pictures of the camera are deleted with the decision.
 */
export async function decideReview(
  context: AuthenticationContext,
  { verificationId, claim, decision, reason }: DecideReviewRequest,
): Promise<DecideReviewResponse> {
  if (decision === ReviewDecision.UNSPECIFIED) throw refusal('REVIEW_DECISION_MISSING');
  if (!isUuid(verificationId)) throw refusal('REVIEW_NOT_FOUND');
  const { prisma, clock } = context;
  const now = clock();
  const isAccepted = decision === ReviewDecision.ACCEPT;
  const done = await prisma.$transaction(async (transaction) => {
    const [row] = await transaction.verification.updateManyAndReturn({
      where: {
        id: verificationId,
        state: 'IN_REVIEW',
        reviewClaim: new Uint8Array(claim),
        reviewClaimedUntil: { gt: now },
        reviewExpiresAt: { gt: now },
      },
      data: isAccepted
        ? { state: 'JUDGING', reviewAccepted: true, judgedUntil: null, reviewClaim: null }
        : { state: 'REFUSED', reasons: [refused], decidedAt: now, reviewClaim: null },
    });
    if (!row) return false;
    const action = isAccepted ? 'accepted' : 'refused';
    const event = { verificationId, at: now, action, reviewer: row.reviewer ?? '', reason };
    await transaction.reviewEvent.create({ data: event });
    if (!isAccepted) await transaction.captureSegment.deleteMany({ where: { verificationId } });
    return true;
  });
  if (!done) {
    throw await whyNot(context, verificationId, 'REVIEW_CLAIM_LOST');
  }
  context.logger.info({ verification: verificationId, decision: ReviewDecision[decision] }, 'review decided');
  if (isAccepted) await judgeVerification(context, verificationId).catch(leftForLater);
  const { state } = await prisma.verification.findUniqueOrThrow({ where: { id: verificationId } });
  return { state: VerificationState[state] };
}

/** The decision stands: where the engine can't make what is kept of the portrait now, upkeep issues the certificate. */
function leftForLater(error: unknown): void {
  if (!(error instanceof EkycError)) throw error;
}

const refused = { code: 'REVIEW_REFUSED', sentence: errorReasons.REVIEW_REFUSED.sentence };
