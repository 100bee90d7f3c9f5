import {
  type Verification as VerificationMessage,
  type VerificationReason,
  VerificationState,
} from '@tegata/contracts/authentication-v1';
import type { Verification } from '../generated/client.ts';
import { showPrompt } from './capture-prompts.ts';

/** A verification as its carrier may see it: no picture, score, attribute or EID. */
export function showVerification(row: Verification): VerificationMessage {
  const awaited = row.state === 'ID_PHOTO_REQUESTED';
  return {
    verificationId: row.id,
    state: VerificationState[row.state],
    identityProofRequest: awaited
      ? {
          identityProofRequestId: row.identityProofRequestId,
          motions: [],
          nonce: Buffer.from(row.nonce),
          expireTime: row.identityProofExpiresAt,
          triesLeft: row.triesLeft,
          prompt: showPrompt(row),
        }
      : undefined,
    reasons: row.reasons as unknown as VerificationReason[],
    unconfirmedAttributes: row.unconfirmedAttributes,
  };
}
