import { errorReasons } from '@tegata/contracts';
import type { GetVerificationRequest, Verification as VerificationMessage } from '@tegata/contracts/authentication-v1';
import type { AuthenticationContext } from '../context.ts';
import { drawIdentityProofRequest } from './identity-proof-request.ts';
import { ownVerification } from './own-verification.ts';
import { showVerification } from './verification-view.ts';

/**
 * The verification as it stands. An identity proof request that has lapsed unanswered gives way to a fresh one and costs a
 * try, so that nobody can wait for motions that a recording happens to show; with no try left the verification lapses.
 */
export async function getVerification(
  context: AuthenticationContext,
  { verificationId }: GetVerificationRequest,
  carrier: string,
): Promise<{ verification: VerificationMessage }> {
  const { prisma, clock } = context;
  const verification = await ownVerification(context, carrier, verificationId);
  const { state, identityProofRequestId, identityProofExpiresAt, triesLeft } = verification;
  if (state !== 'ID_PHOTO_REQUESTED' || identityProofExpiresAt > clock()) {
    return { verification: showVerification(verification) };
  }
  await prisma.verification.updateMany({
    where: { id: verificationId, state, identityProofRequestId },
    data:
      triesLeft > 0
        ? { triesLeft: triesLeft - 1, ...drawIdentityProofRequest(context) }
        : { state: 'EXPIRED', reasons: [lapsed], decidedAt: clock() },
  });
  return { verification: showVerification(await ownVerification(context, carrier, verificationId)) };
}

const lapsed = { code: 'IDENTITY_PROOF_EXPIRED', sentence: errorReasons.IDENTITY_PROOF_EXPIRED.sentence };
