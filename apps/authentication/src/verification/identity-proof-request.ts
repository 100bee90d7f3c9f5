import { randomUUID } from 'node:crypto';
import type { AuthenticationContext } from '../context.ts';

/** Columns of a fresh identity proof request. What is to be shown is drawn when its capture begins. */
export function drawIdentityProofRequest({ random, clock, config }: AuthenticationContext) {
  return {
    identityProofRequestId: randomUUID(),
    nonce: new Uint8Array(random(32)),
    identityProofExpiresAt: new Date(clock().getTime() + config.identityProofLifetimeMs),
    motions: '',
    colours: '',
    documentColours: '',
    captureId: null,
    promptNumber: 0,
    promptNonce: null,
    promptExpiresAt: null,
    chainHead: null,
    lastFrameAtMs: -1n,
  };
}
