import { type CapturedFrame, type FrameDigests, judgeSeenFrames, type Verdict } from '@tegata/ekyc';
import type { AuthenticationContext } from '../context.ts';
import type { Verification } from '../generated/client.ts';

/**
 * Whether a capture has frames that it had before, or that another capture has had. Its digests are kept from here on, whatever becomes of it; of two
 * captures with the same frames at once one is the first. Judged again, a capture finds its own: it is known by the request that it answers, since
 * the terminal chooses its `captureId`.
 */
export async function judgeRepeats(
  context: AuthenticationContext,
  { identityProofRequestId }: Verification,
  frames: readonly CapturedFrame[],
): Promise<Verdict | undefined> {
  const { engine, config, frameDigestKey } = context;
  if (config.framesKnownMs === 0) return undefined;
  const digests = await engine.digestFrames(
    frames.map(({ octets }) => octets),
    frameDigestKey,
  );
  return judgeSeenFrames(digests, await keepDigests(context, identityProofRequestId, digests));
}

/**
 * Keeps digests that nobody has had, in one statement: it waits for another that keeps one of them, and all keep them in the same order.
 * @returns those that another capture has had
 */
async function keepDigests(
  { prisma, clock }: AuthenticationContext,
  requestId: string,
  frames: readonly (FrameDigests | undefined)[],
): Promise<Set<string>> {
  const digests = new Set(frames.flatMap((frame) => (frame === undefined ? [] : [frame.picture, ...frame.view])));
  const octets = [...digests].map((digest) => Buffer.from(digest, 'hex'));
  const kept = await prisma.$queryRaw<{ digest: Uint8Array; elsewhere: boolean }[]>`
    INSERT INTO seen_frame (digest, identity_proof_request_id, seen_at)
    SELECT digest, ${requestId}::uuid, ${clock()} FROM unnest(${octets}::bytea[]) AS digest ORDER BY digest
    ON CONFLICT (digest) DO UPDATE SET seen_at = EXCLUDED.seen_at
    RETURNING digest, identity_proof_request_id <> ${requestId}::uuid AS elsewhere`;
  return new Set(kept.filter(({ elsewhere }) => elsewhere).map(({ digest }) => Buffer.from(digest).toString('hex')));
}
