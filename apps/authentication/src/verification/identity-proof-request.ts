import { randomUUID } from 'node:crypto';
import { drawChallenge } from '@tegata/ekyc';
import type { AuthenticationContext } from '../context.ts';
import { storeMotions } from './head-motions.ts';

/** Columns of a fresh identity proof request: other motions, another nonce, a new life. */
export function drawIdentityProofRequest({ random, clock, config }: AuthenticationContext) {
  return {
    identityProofRequestId: randomUUID(),
    motions: storeMotions(drawChallenge(random).prompts),
    nonce: new Uint8Array(random(32)),
    identityProofExpiresAt: new Date(clock().getTime() + config.identityProofLifetimeMs),
  };
}
