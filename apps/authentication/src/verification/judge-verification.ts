import type { Verdict } from '@tegata/ekyc';
import { ServiceError } from '@tegata/service-kit';
import { issueIdentityCertificate } from '../certificates/issue-identity-certificate.ts';
import { matchLimitsOf } from '../config.ts';
import type { AuthenticationContext } from '../context.ts';
import { evidenceKindOf, readIdentityDocuments } from '../evidence/evidence-kinds.ts';
import type { Verification } from '../generated/client.ts';
import { goesToReview, queueReview } from '../review/queue-review.ts';
import { readChallenge } from './capture-prompts.ts';
import { drawIdentityProofRequest } from './identity-proof-request.ts';
import { storedFrames } from './stored-frames.ts';
import { storedVerdict } from './stored-verdict.ts';

/** How long one replica may judge before another takes over, in milliseconds. */
const judgingMs = 120_000;

/**
 * S22-S23: judges a stored ID photo, issues and registers the certificate when it is accepted. Safe to call again: only one
 * caller judges at a time, and a verification whose process was killed is judged by the next.
 */
export async function judgeVerification(context: AuthenticationContext, id: string): Promise<void> {
  const { prisma, clock, flow, engine, vault } = context;
  const now = clock();
  const [verification] = await prisma.verification.updateManyAndReturn({
    where: { id, state: 'JUDGING', OR: [{ judgedUntil: null }, { judgedUntil: { lt: now } }] },
    data: { judgedUntil: new Date(now.getTime() + judgingMs) },
  });
  if (!verification) return;
  try {
    const { contractId } = verification;
    const documents = readIdentityDocuments(
      await vault.open(`verification:${id}:documents`, stored(verification.documents)),
    );
    const kind = evidenceKindOf(documents);
    const { portrait, attributes } = kind.examine(context, documents);
    const evidence = { grade: kind.grade, attributes };
    if (verification.reviewAccepted) {
      const verdict = { ...(verification.verdict as object), review: 'accepted' };
      await flow.record(contractId, 'S23', () => issueIdentityCertificate(context, verification, evidence, verdict));
      return;
    }
    const frames = await storedFrames(context, id);
    const verdict = await flow.record(
      contractId,
      'S22',
      () =>
        engine.verifyIdentity({
          document: portrait.picture,
          documentKind: portrait.kind,
          challenge: readChallenge(verification),
          frames,
          matchLimits: matchLimitsOf(context.config),
        }),
      ({ outcome, reasons }) => (outcome === 'accepted' ? 'ok' : (reasons[0]?.code ?? 'REFUSED')),
    );
    if (verdict.outcome === 'accepted') {
      await flow.record(contractId, 'S23', () =>
        issueIdentityCertificate(context, verification, evidence, storedVerdict(verdict)),
      );
    } else if (goesToReview(context, verification, verdict)) {
      await queueReview(context, verification, verdict);
    } else {
      await askAgainOrRefuse(context, verification, verdict);
    }
    context.logger.info({ verification: id, outcome: verdict.outcome }, 'ID photo judged');
  } catch (error) {
    // A chip that was good when the verification was opened may have expired since.
    if (!(error instanceof ServiceError && error.status === 'FAILED_PRECONDITION')) throw error;
    const reasons = [{ code: error.reason, sentence: error.message }];
    await prisma.$transaction([
      prisma.verification.updateMany({
        where: { id, state: 'JUDGING' },
        data: { state: 'REFUSED', reasons, decidedAt: clock() },
      }),
      prisma.captureSegment.deleteMany({ where: { verificationId: id } }),
    ]);
  } finally {
    await prisma.verification.updateMany({ where: { id }, data: { judgedUntil: null } });
  }
}

/** A refused ID photo is asked for again, with other motions, as long as tries are left. */
async function askAgainOrRefuse(context: AuthenticationContext, { id, triesLeft }: Verification, verdict: Verdict) {
  const reasons = verdict.reasons.map(({ code, sentence }) => ({ code, sentence }));
  const judged = { reasons, verdict: storedVerdict(verdict) };
  await context.prisma.$transaction([
    context.prisma.verification.updateMany({
      where: { id, state: 'JUDGING' },
      data:
        triesLeft > 0
          ? { ...judged, state: 'ID_PHOTO_REQUESTED', triesLeft: triesLeft - 1, ...drawIdentityProofRequest(context) }
          : { ...judged, state: 'REFUSED', decidedAt: context.clock() },
    }),
    context.prisma.captureSegment.deleteMany({ where: { verificationId: id } }),
  ]);
}

function stored(value: Uint8Array | null): Uint8Array {
  if (!value) throw new Error('a verification being judged lost its pictures');
  return value;
}
