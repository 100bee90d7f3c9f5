import type { SubmitCaptureRequest, Verification as VerificationMessage } from '@tegata/contracts/authentication-v1';
import { sealPurposes } from '@tegata/identity';
import { refusal } from '@tegata/service-kit';
import type { AuthenticationContext } from '../context.ts';
import type { Verification } from '../generated/client.ts';
import { openSealed } from '../sealed.ts';
import { promptsOf } from './capture-prompts.ts';
import { type AcceptedSegment, acceptSegment } from './capture-segment.ts';
import { hasLapsed } from './give-up-capture.ts';
import { judgeVerification } from './judge-verification.ts';
import { ownVerification } from './own-verification.ts';
import { segmentBinding } from './segment-binding.ts';
import { segmentWithoutMetadata } from './stored-pictures.ts';
import { showVerification } from './verification-view.ts';

/**
 * S20: takes the frames of the prompt that was asked, stores them, and asks the next. After the last, S22-S24: judges the ID
 * photo and answers with the outcome. Frames that are refused leave everything as it was; those of an earlier prompt were
 * taken before, and their answer lost.
 */
export async function submitCapture(
  context: AuthenticationContext,
  { verificationId, identityProofRequestId, promptNumber, sealedSegment }: SubmitCaptureRequest,
  carrier: string,
): Promise<{ verification: VerificationMessage }> {
  const { clock, vault } = context;
  const verification = await ownVerification(context, carrier, verificationId);
  const { state, contractId } = verification;
  const answersThis = verification.identityProofRequestId === identityProofRequestId;
  if (state !== 'ID_PHOTO_REQUESTED') {
    if (answersThis) return { verification: showVerification(verification) };
    throw refusal('VERIFICATION_STATE_UNSUITABLE');
  }
  if (!answersThis || hasLapsed(verification, clock())) throw refusal('IDENTITY_PROOF_EXPIRED');
  if (!verification.captureId || promptNumber > verification.promptNumber) throw refusal('CAPTURE_PROMPT_NOT_ASKED');
  if (promptNumber < verification.promptNumber) return { verification: showVerification(verification) };
  if (!sealedSegment) throw refusal('ENVELOPE_UNREADABLE');

  const octets = await openSealed(context, sealPurposes.captureSegment, contractId, sealedSegment);
  const eid = Buffer.from(await vault.open(`verification:${verificationId}:eid`, verification.eid)).toString('ascii');
  const accepted = acceptSegment(octets, verification, eid);
  const segment = await vault.seal(segmentBinding(verificationId, promptNumber), segmentWithoutMetadata(octets));
  if (!(await keep(context, verification, segment, accepted))) throw refusal('CAPTURE_PROMPT_NOT_ASKED');
  const isLast = promptNumber + 1 === promptsOf(verification).length;
  if (isLast) await judgeVerification(context, verificationId);
  return { verification: showVerification(await ownVerification(context, carrier, verificationId)) };
}

/** Stores the frames and moves on to the next prompt, or to the judgement, at once. False: somebody else did. */
function keep(
  { prisma, clock, random, config }: AuthenticationContext,
  verification: Verification,
  segment: Uint8Array<ArrayBuffer>,
  { chainHead, lastFrameAtMs }: AcceptedSegment,
): Promise<boolean> {
  const { id, identityProofRequestId, captureId, promptNumber } = verification;
  const isLast = promptNumber + 1 === promptsOf(verification).length;
  return prisma.$transaction(async (transaction) => {
    const { count } = await transaction.verification.updateMany({
      where: { id, state: 'ID_PHOTO_REQUESTED', identityProofRequestId, captureId, promptNumber },
      data: {
        chainHead,
        lastFrameAtMs,
        ...(isLast
          ? { state: 'JUDGING', promptNonce: null, promptExpiresAt: null }
          : {
              promptNumber: promptNumber + 1,
              promptNonce: new Uint8Array(random(32)),
              promptExpiresAt: new Date(clock().getTime() + config.promptLifetimeMs),
            }),
      },
    });
    if (count === 0) return false;
    await transaction.captureSegment.create({ data: { verificationId: id, promptNumber, segment } });
    return true;
  });
}
