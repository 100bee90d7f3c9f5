import type { GetVerificationRequest, Verification as VerificationMessage } from '@tegata/contracts/authentication-v1';
import type { AuthenticationContext } from '../context.ts';
import { drawIdentityProofRequest } from './identity-proof-request.ts';
import { ownVerification } from './own-verification.ts';
import { showVerification } from './verification-view.ts';

/** The verification as it stands. An identity proof request that has lapsed unanswered gives way to a fresh one. */
export async function getVerification(
  context: AuthenticationContext,
  { verificationId }: GetVerificationRequest,
  carrier: string,
): Promise<{ verification: VerificationMessage }> {
  const { prisma, clock } = context;
  const verification = await ownVerification(context, carrier, verificationId);
  const { state, identityProofRequestId, identityProofExpiresAt } = verification;
  if (state !== 'ID_PHOTO_REQUESTED' || identityProofExpiresAt > clock()) {
    return { verification: showVerification(verification) };
  }
  await prisma.verification.updateMany({
    where: { id: verificationId, state, identityProofRequestId },
    data: drawIdentityProofRequest(context),
  });
  return { verification: showVerification(await ownVerification(context, carrier, verificationId)) };
}
