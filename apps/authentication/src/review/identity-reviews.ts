import type { IdentityReviewsService } from '@tegata/contracts/authentication-v1';
import type { HandlersOf } from '@tegata/service-kit';
import type { AuthenticationContext } from '../context.ts';
import { claimReview, listReviews } from './claim-review.ts';
import { decideReview } from './decide-review.ts';

/** Verifications that a person decides. */
export const identityReviews = (context: AuthenticationContext): HandlersOf<typeof IdentityReviewsService> => ({
  listReviews: (request) => listReviews(context, request),
  claimReview: (request) => claimReview(context, request),
  decideReview: (request) => decideReview(context, request),
});
