import { timingSafeEqual } from 'node:crypto';
import {
  IdPhoto,
  type IdPhotoHeader,
  type SubmitIdPhotoRequest,
  type Verification as VerificationMessage,
} from '@tegata/contracts/authentication-v1';
import { sealPurposes } from '@tegata/identity';
import { refusal } from '@tegata/service-kit';
import type { AuthenticationContext } from '../context.ts';
import { openSealed } from '../sealed.ts';
import { judgeVerification } from './judge-verification.ts';
import { ownVerification } from './own-verification.ts';
import { showVerification } from './verification-view.ts';

/** Sealed ID photos larger than this are refused while they arrive, in octets. */
const maxSealedOctets = 6 * 1024 * 1024;

/**
 * S20: takes the sealed ID photo and stores it, then S22-S24: judges it and answers with the outcome. Each identity proof
 * request takes one ID photo.
 */
export async function submitIdPhoto(
  context: AuthenticationContext,
  requests: AsyncIterable<SubmitIdPhotoRequest>,
  carrier: string,
): Promise<{ verification: VerificationMessage }> {
  const { prisma, clock, vault } = context;
  const { header, ciphertext } = await receive(requests);
  const { verificationId, identityProofRequestId, encapsulatedKey } = header;
  const verification = await ownVerification(context, carrier, verificationId);
  const answersThis = verification.identityProofRequestId === identityProofRequestId;
  if (verification.state !== 'ID_PHOTO_REQUESTED') {
    // The same ID photo again, because the answer was lost.
    if (answersThis) return { verification: showVerification(verification) };
    throw refusal('VERIFICATION_STATE_UNSUITABLE');
  }
  if (!answersThis || verification.identityProofExpiresAt <= clock()) throw refusal('IDENTITY_PROOF_EXPIRED');

  const sealed = { encapsulatedKey, ciphertext };
  const octets = await openSealed(context, sealPurposes.idPhoto, verification.contractId, sealed);
  if (!repeatsNonce(octets, verification.nonce)) throw refusal('IDENTITY_PROOF_EXPIRED');
  const { count } = await prisma.verification.updateMany({
    where: { id: verificationId, state: 'ID_PHOTO_REQUESTED', identityProofRequestId },
    data: { state: 'JUDGING', idPhoto: await vault.seal(`verification:${verificationId}:id-photo`, octets) },
  });
  if (count === 0) throw refusal('VERIFICATION_STATE_UNSUITABLE');
  await judgeVerification(context, verificationId);
  return {
    verification: showVerification(await prisma.verification.findUniqueOrThrow({ where: { id: verificationId } })),
  };
}

async function receive(
  requests: AsyncIterable<SubmitIdPhotoRequest>,
): Promise<{ header: IdPhotoHeader; ciphertext: Buffer }> {
  let header: IdPhotoHeader | undefined;
  const chunks: Buffer[] = [];
  let octets = 0;
  for await (const { part } of requests) {
    if (part?.$case === 'header' && !header) header = part.value;
    else if (part?.$case === 'chunk' && header) {
      octets += part.value.length;
      if (octets > maxSealedOctets) throw refusal('MESSAGE_TOO_LARGE');
      chunks.push(part.value);
    } else throw refusal('ID_PHOTO_INCOMPLETE');
  }
  if (!header || octets === 0) throw refusal('ID_PHOTO_INCOMPLETE');
  return { header, ciphertext: Buffer.concat(chunks) };
}

function repeatsNonce(octets: Uint8Array, nonce: Uint8Array): boolean {
  try {
    const repeated = IdPhoto.decode(octets).nonce;
    return repeated.length === nonce.length && timingSafeEqual(repeated, nonce);
  } catch {
    throw refusal('ID_PHOTO_INCOMPLETE');
  }
}
