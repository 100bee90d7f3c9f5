import type { BeginCaptureRequest, Verification as VerificationMessage } from '@tegata/contracts/authentication-v1';
import { drawChallenge, drawColours } from '@tegata/ekyc';
import { beginCaptureChain } from '@tegata/identity';
import { refusal } from '@tegata/service-kit';
import type { AuthenticationContext } from '../context.ts';
import { storeChallenge } from './capture-prompts.ts';
import { isDocumentToBeLit } from './document-light.ts';
import { giveUpCapture, hasLapsed } from './give-up-capture.ts';
import { ownVerification } from './own-verification.ts';
import { showVerification } from './verification-view.ts';

/**
 * S16: begins the capture of the ID photo. Nobody knows the prompts before, and their life counts from here. A capture that was
 * begun under another identifier is given up: its terminal has lost it, or wants to see other prompts, which costs a try.
 */
export async function beginCapture(
  context: AuthenticationContext,
  { verificationId, identityProofRequestId, captureId }: BeginCaptureRequest,
  carrier: string,
): Promise<{ verification: VerificationMessage }> {
  const { prisma, clock, random, config } = context;
  const verification = await ownVerification(context, carrier, verificationId);
  const now = clock();
  if (verification.state !== 'ID_PHOTO_REQUESTED') throw refusal('VERIFICATION_STATE_UNSUITABLE');
  if (verification.identityProofRequestId !== identityProofRequestId) throw refusal('IDENTITY_PROOF_EXPIRED');
  const show = async () => ({
    verification: showVerification(await ownVerification(context, carrier, verificationId)),
  });
  const isOther = verification.captureId !== null && !Buffer.from(verification.captureId).equals(captureId);
  const isOver = isOther || hasLapsed(verification, now);
  if (isOver) await giveUpCapture(context, verification);
  if (isOver || verification.captureId) return show();
  await prisma.verification.updateMany({
    where: { id: verificationId, state: 'ID_PHOTO_REQUESTED', identityProofRequestId, captureId: null },
    data: {
      captureId: new Uint8Array(captureId),
      ...storeChallenge({
        ...drawChallenge(random),
        colours: config.screenLight === 'required' ? drawColours(random) : [],
        documentColours: (await isDocumentToBeLit(context, verification)) ? drawColours(random) : [],
      }),
      promptNumber: 0,
      promptNonce: new Uint8Array(random(32)),
      promptExpiresAt: new Date(now.getTime() + config.promptLifetimeMs),
      identityProofExpiresAt: new Date(now.getTime() + config.captureLifetimeMs),
      chainHead: beginCaptureChain(identityProofRequestId, verification.nonce, captureId),
      lastFrameAtMs: -1n,
    },
  });
  return show();
}
