import {
  CapturePromptKind,
  type ClaimReviewRequest,
  type ClaimReviewResponse,
  type ListReviewsRequest,
  type ListReviewsResponse,
  type ReviewSummary,
  type VerificationReason,
} from '@tegata/contracts/authentication-v1';
import { isUuid } from '@tegata/operations';
import { refusal, ServiceError } from '@tegata/service-kit';
import type { AuthenticationContext } from '../context.ts';
import { evidenceKindOf, readIdentityDocuments } from '../evidence/evidence-kinds.ts';
import type { Verification } from '../generated/client.ts';
import { promptsOf } from '../verification/capture-prompts.ts';
import { refuseUnlessUsable } from '../verification/ekyc-refusal.ts';
import { storedFrames } from '../verification/stored-frames.ts';
import { openReading } from '../verification/stored-reading.ts';
import { whyNot } from './why-not.ts';

const defaultPageSize = 50;

/** What waits for a person, longest waiting first. */
export async function listReviews(
  { prisma, clock }: AuthenticationContext,
  { pageSize }: ListReviewsRequest,
): Promise<ListReviewsResponse> {
  const rows = await prisma.verification.findMany({
    where: { state: 'IN_REVIEW' },
    orderBy: { reviewQueuedAt: 'asc' },
    take: pageSize || defaultPageSize,
  });
  return { reviews: rows.map((row) => summarise(row, clock())) };
}

/**
 * Claims a review for one reviewer: of two at once, one gets it. A reviewer who shows the claim has it prolonged. What was sealed is
 * opened for this answer only.
 * @throws ServiceError FAILED_PRECONDITION with the reason of evidence that is good no longer, which ends the verification
 */
export async function claimReview(
  context: AuthenticationContext,
  { verificationId, reviewer, claim }: ClaimReviewRequest,
): Promise<ClaimReviewResponse> {
  const { prisma, clock, random, config, vault } = context;
  const now = clock();
  const given = new Uint8Array(claim.length === 16 ? claim : random(16));
  const reviewClaimedUntil = new Date(now.getTime() + config.reviewClaimMs);
  if (!isUuid(verificationId)) throw refusal('REVIEW_NOT_FOUND');
  const [row] = await prisma.$transaction(async (transaction) => {
    const claimed = await transaction.verification.updateManyAndReturn({
      where: {
        id: verificationId,
        state: 'IN_REVIEW',
        reviewExpiresAt: { gt: now },
        OR: [{ reviewClaimedUntil: null }, { reviewClaimedUntil: { lte: now } }, { reviewClaim: given }],
      },
      data: { reviewClaim: given, reviewer, reviewClaimedUntil },
    });
    if (claimed.length > 0) {
      await transaction.reviewEvent.create({
        data: { verificationId, at: now, action: 'claimed', reviewer, reason: '' },
      });
    }
    return claimed;
  });
  if (!row) {
    throw await whyNot(context, verificationId, 'REVIEW_CLAIMED');
  }
  if (!row.documents) throw new Error('a verification in review lost its documents');
  const documents = readIdentityDocuments(await vault.open(`verification:${row.id}:documents`, row.documents));
  const eid = Buffer.from(await vault.open(`verification:${row.id}:eid`, row.eid)).toString('ascii');
  const binding = { contractId: row.contractId, eid, nonce: undefined };
  const { portrait } = await examineAgain(context, row.id, async () => {
    if (row.reading) refuseUnlessUsable(context, await openReading(context, row.id, row.reading));
    return evidenceKindOf(documents).examine(context, documents, binding);
  });
  if (!portrait) throw new Error('a verification without a portrait is never in review');
  const frames = await storedFrames(context, row.id);
  const prompts = promptsOf(row);
  // The first prompt, to look straight, has the index -1.
  const framesOf = (kind: CapturePromptKind) =>
    frames
      .filter(({ promptIndex }) => prompts[promptIndex + 1]?.kind === kind)
      .map(({ octets }) => Buffer.from(octets));
  return {
    review: summarise(row, now),
    claim: Buffer.from(given),
    claimExpireTime: reviewClaimedUntil,
    documentImage: Buffer.from(portrait.picture),
    frames: framesOf(CapturePromptKind.LOOK_STRAIGHT),
    documentFrames: framesOf(CapturePromptKind.DOCUMENT_COLOURS),
    verdictJson: JSON.stringify(row.verdict),
    declaredAttributes: documents.declaredAttributes,
    unconfirmedAttributes: row.unconfirmedAttributes,
  };
}

/** Evidence that was good when it was queued may have expired since, or be accepted no more: then there is nothing to decide. */
async function examineAgain<T>(
  { prisma, clock }: AuthenticationContext,
  verificationId: string,
  examine: () => T | Promise<T>,
): Promise<T> {
  try {
    return await examine();
  } catch (error) {
    if (!(error instanceof ServiceError && error.status === 'FAILED_PRECONDITION')) throw error;
    const { reason: code, message: sentence } = error;
    const now = clock();
    await prisma.$transaction(async (transaction) => {
      const { count } = await transaction.verification.updateMany({
        where: { id: verificationId, state: 'IN_REVIEW' },
        data: { state: 'REFUSED', reasons: [{ code, sentence }], decidedAt: now, reviewClaim: null },
      });
      if (count === 0) return;
      await transaction.captureSegment.deleteMany({ where: { verificationId } });
      const event = { verificationId, at: now, action: 'refused', reviewer: '', reason: code };
      await transaction.reviewEvent.create({ data: event });
    });
    throw error;
  }
}

function summarise(row: Verification, now: Date): ReviewSummary {
  const isClaimed = row.reviewClaimedUntil !== null && row.reviewClaimedUntil > now;
  return {
    verificationId: row.id,
    carrier: row.carrier,
    queueTime: row.reviewQueuedAt ?? undefined,
    expireTime: row.reviewExpiresAt ?? undefined,
    reasons: row.reasons as unknown as VerificationReason[],
    claimedBy: isClaimed ? (row.reviewer ?? '') : '',
  };
}
