import type { ReviewDecision } from '@tegata/contracts/authentication-v1';
import type { AuthenticationContext } from '../context.ts';
import { identityReviews } from '../review/identity-reviews.ts';

/** A reviewer at an authentication server, over one verification. */
export function reviewDesk(context: AuthenticationContext, verificationId: string) {
  const service = identityReviews(context);
  const none = {} as Parameters<typeof service.claimReview>[1];
  return {
    list: async () => (await service.listReviews({ pageSize: 500 }, none)).reviews,
    claim: (reviewer = 'hana', claim: Buffer = Buffer.alloc(0)) =>
      service.claimReview({ verificationId, reviewer, claim }, none),
    decide: (claim: Buffer, decision: ReviewDecision, reason = 'looked at it') =>
      service.decideReview({ verificationId, claim, decision, reason }, none),
    /** what was done, by whom and why, in order */
    trail: () => context.prisma.reviewEvent.findMany({ where: { verificationId }, orderBy: { id: 'asc' } }),
  };
}
