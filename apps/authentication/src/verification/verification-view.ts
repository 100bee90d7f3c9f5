import {
  type Verification as VerificationMessage,
  type VerificationReason,
  VerificationState,
} from '@tegata/contracts/authentication-v1';
import type { Verification } from '../generated/client.ts';
import { showMotions } from './head-motions.ts';

/** A verification as its carrier may see it: no picture, score, attribute or EID. */
export function showVerification(row: Verification): VerificationMessage {
  const awaited = row.state === 'ID_PHOTO_REQUESTED';
  return {
    verificationId: row.id,
    state: VerificationState[row.state],
    identityProofRequest: awaited
      ? {
          identityProofRequestId: row.identityProofRequestId,
          motions: showMotions(row.motions),
          nonce: Buffer.from(row.nonce),
          expireTime: row.identityProofExpiresAt,
          triesLeft: row.triesLeft,
        }
      : undefined,
    reasons: row.reasons as unknown as VerificationReason[],
  };
}
