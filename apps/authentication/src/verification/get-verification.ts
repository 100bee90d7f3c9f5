import type { GetVerificationRequest, Verification as VerificationMessage } from '@tegata/contracts/authentication-v1';
import type { AuthenticationContext } from '../context.ts';
import { giveUpCapture, hasLapsed } from './give-up-capture.ts';
import { ownVerification } from './own-verification.ts';
import { showVerification } from './verification-view.ts';

/** The verification as it stands, after an identity proof request that has lapsed has given way to a fresh one. */
export async function getVerification(
  context: AuthenticationContext,
  { verificationId }: GetVerificationRequest,
  carrier: string,
): Promise<{ verification: VerificationMessage }> {
  const verification = await ownVerification(context, carrier, verificationId);
  if (verification.state !== 'ID_PHOTO_REQUESTED' || !hasLapsed(verification, context.clock())) {
    return { verification: showVerification(verification) };
  }
  await giveUpCapture(context, verification);
  return { verification: showVerification(await ownVerification(context, carrier, verificationId)) };
}
