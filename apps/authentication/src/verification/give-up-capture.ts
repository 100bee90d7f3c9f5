import { errorReasons } from '@tegata/contracts';
import type { AuthenticationContext } from '../context.ts';
import type { Verification } from '../generated/client.ts';
import { drawIdentityProofRequest } from './identity-proof-request.ts';

/** Why a verification ends whose applicant did not come in time. */
export const lapsed = { code: 'IDENTITY_PROOF_EXPIRED', sentence: errorReasons.IDENTITY_PROOF_EXPIRED.sentence };

/** Whether the identity proof request, or the prompt that is awaited, has lapsed unanswered. */
export function hasLapsed(
  { identityProofExpiresAt, promptExpiresAt }: Pick<Verification, 'identityProofExpiresAt' | 'promptExpiresAt'>,
  now: Date,
): boolean {
  return identityProofExpiresAt <= now || (promptExpiresAt !== null && promptExpiresAt <= now);
}

/**
 * A request that was not answered in time, or whose capture was given up, gives way to a fresh one and costs a try, so that
 * nobody can wait for motions that a recording happens to show; with no try left the verification lapses. Only the request
 * given is ended: of two callers one does it.
 */
export async function giveUpCapture(context: AuthenticationContext, verification: Verification): Promise<void> {
  const { prisma, clock } = context;
  const { id, identityProofRequestId, captureId, triesLeft } = verification;
  await prisma.$transaction(async (transaction) => {
    const { count } = await transaction.verification.updateMany({
      where: { id, state: 'ID_PHOTO_REQUESTED', identityProofRequestId, captureId },
      data:
        triesLeft > 0
          ? { triesLeft: triesLeft - 1, ...drawIdentityProofRequest(context) }
          : { state: 'EXPIRED', reasons: [lapsed], decidedAt: clock() },
    });
    if (count > 0) await transaction.captureSegment.deleteMany({ where: { verificationId: id } });
  });
}
