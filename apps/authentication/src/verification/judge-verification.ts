import { errorReasons } from '@tegata/contracts';
import { EkycError, type EkycErrorCode, NO_SCORES, REASONS, type Verdict } from '@tegata/ekyc';
import { ServiceError } from '@tegata/service-kit';
import { issueIdentityCertificate } from '../certificates/issue-identity-certificate.ts';
import { matchLimitsOf } from '../config.ts';
import type { AuthenticationContext } from '../context.ts';
import type { EvidenceReading, ExaminedEvidence } from '../evidence/evidence-kind.ts';
import { evidenceKindOf, gradeOf, readIdentityDocuments } from '../evidence/evidence-kinds.ts';
import type { Prisma, Verification } from '../generated/client.ts';
import { goesToReview, queueReview } from '../review/queue-review.ts';
import { readChallenge } from './capture-prompts.ts';
import { requiresDocumentLight } from './document-light.ts';
import { refuseUnlessUsable } from './ekyc-refusal.ts';
import { drawIdentityProofRequest } from './identity-proof-request.ts';
import { judgeRepeats } from './seen-frames.ts';
import { storedFrames } from './stored-frames.ts';
import { openReading } from './stored-reading.ts';
import { storedVerdict } from './stored-verdict.ts';

/** How long one replica may judge before another takes over, in milliseconds. */
const judgingMs = 120_000;

/** Statuses by which the evidence, not the moment, is wrong. */
const refusals: readonly string[] = ['INVALID_ARGUMENT', 'FAILED_PRECONDITION', 'PERMISSION_DENIED'];

/**
 * S22-S23: judges a stored ID photo, issues and registers the certificate when it is accepted. Safe to call again: only one
 * caller judges at a time, and a verification whose process was killed is judged by the next.
 *
 * @param examinedNow what the documents were found to be a moment ago, by the request that hands them in; examined anew otherwise, as they may have
 * expired or been revoked since. It costs a question to a responder (OCSP) where they are signed by a certificate of a person.
 */
export async function judgeVerification(
  context: AuthenticationContext,
  id: string,
  examinedNow?: ExaminedEvidence,
): Promise<void> {
  const { prisma, clock, flow, engine, vault } = context;
  const now = clock();
  const [verification] = await prisma.verification.updateManyAndReturn({
    where: { id, state: 'JUDGING', OR: [{ judgedUntil: null }, { judgedUntil: { lt: now } }] },
    data: { judgedUntil: new Date(now.getTime() + judgingMs) },
  });
  if (!verification) return;
  let tryAgain = true;
  try {
    const { contractId } = verification;
    const documents = readIdentityDocuments(
      await vault.open(`verification:${id}:documents`, kept(verification.documents)),
    );
    const kind = evidenceKindOf(documents);
    const eid = Buffer.from(await vault.open(`verification:${id}:eid`, verification.eid)).toString('ascii');
    const examined = examinedNow ?? (await kind.examine(context, documents, { contractId, eid, nonce: undefined }));
    const { portrait } = examined;
    const reading = verification.reading
      ? await openReading(context, id, verification.reading)
      : await kind.read?.(context, documents, undefined);
    if (reading) refuseUnlessUsable(context, reading);
    const attributes = reading?.attributes ?? examined.attributes;
    const evidence = { ...examined, attributes, grade: gradeOf(kind, examined) };
    if (verification.reviewAccepted) {
      const verdict = { ...(verification.verdict as object), review: 'accepted' };
      await flow.record(contractId, 'S23', () => issueIdentityCertificate(context, verification, evidence, verdict));
      return;
    }
    const challenge = readChallenge(verification);
    if (requiresDocumentLight(context, documents) && challenge.documentColours.length === 0) {
      // begun before it was required
      await askAgainOrRefuse(context, verification, { reasons: [notShown], judgeFailures: 0 });
      return;
    }
    const frames = await storedFrames(context, id);
    const judged = await flow.record(
      contractId,
      'S22',
      async () => {
        if (!portrait) return withoutPhoto;
        const repeats = await judgeRepeats(context, verification, frames);
        if (repeats?.outcome === 'refused') return repeats;
        const shown = await engine.verifyIdentity({
          document: portrait.picture,
          documentKind: portrait.kind,
          reference: portrait.reference,
          challenge,
          frames,
          matchLimits: matchLimitsOf(context.config),
        });
        return { ...shown, checks: [...(repeats?.checks ?? []), ...shown.checks] };
      },
      ({ outcome, reasons }) => (outcome === 'accepted' ? 'ok' : (reasons[0]?.code ?? 'REFUSED')),
    );
    const verdict = withReading(judged, reading);
    const stored = storedVerdict(verdict, reading, examined);
    if (verdict.outcome === 'accepted') {
      await flow.record(contractId, 'S23', () => issueIdentityCertificate(context, verification, evidence, stored));
    } else if (goesToReview(context, verification, verdict)) {
      await queueReview(context, verification, verdict, stored);
    } else {
      const reasons = verdict.reasons.map(({ code, sentence }) => ({ code, sentence }));
      await askAgainOrRefuse(context, verification, { reasons, verdict: stored, judgeFailures: 0 });
    }
    context.logger.info({ verification: id, outcome: verdict.outcome }, 'evidence judged');
  } catch (error) {
    if (await givesUpOn(context, verification, error)) return;
    // A chip that was good when the verification was opened may have expired since.
    if (!(error instanceof ServiceError && refusals.includes(error.status))) {
      // What nobody foresaw would happen again: it is not tried with each round of upkeep.
      tryAgain = error instanceof ServiceError || error instanceof EkycError;
      throw error;
    }
    const reasons = [{ code: error.reason, sentence: error.message }];
    await prisma.$transaction([
      prisma.verification.updateMany({
        where: { id, state: 'JUDGING' },
        data: { state: 'REFUSED', reasons, decidedAt: clock() },
      }),
      prisma.captureSegment.deleteMany({ where: { verificationId: id } }),
    ]);
  } finally {
    if (tryAgain) await prisma.verification.updateMany({ where: { id }, data: { judgedUntil: null } });
  }
}

/** An ID photo that holds, with a document that a person has to look at, is for that person; what does not hold is told first. */
function withReading(verdict: Verdict, reading: EvidenceReading | undefined): Verdict {
  if (reading === undefined || reading.outcome === 'accepted' || verdict.outcome === 'refused') return verdict;
  return { ...verdict, outcome: 'review', reasons: [...verdict.reasons, ...reading.reasons] };
}

/** What the pictures themselves may be the cause of. */
const failures: readonly EkycErrorCode[] = ['EKYC_WORKER_CRASHED', 'EKYC_DEADLINE', 'EKYC_INPUT_INVALID'];
/** As often an ID photo is judged that ends workers, or their time, over and over. */
const maxFailures = 3;

/**
 * An ID photo over which a worker died or ran out of time is judged again later; one that does it again and again would
 * occupy the workers for ever, and is asked for anew.
 * @returns whether it was given up; otherwise the error stands
 */
async function givesUpOn(
  { prisma, clock, ...context }: AuthenticationContext,
  { id }: Verification,
  error: unknown,
): Promise<boolean> {
  if (!(error instanceof EkycError && failures.includes(error.code))) return false;
  const [row] = await prisma.verification.updateManyAndReturn({
    where: { id, state: 'JUDGING' },
    data: { judgeFailures: { increment: 1 } },
  });
  if (!row || row.judgeFailures < maxFailures) return false;
  const code = 'ID_PHOTO_NOT_JUDGED';
  const reasons = [{ code, sentence: errorReasons[code].sentence }];
  await askAgainOrRefuse({ ...context, prisma, clock }, row, { reasons, judgeFailures: 0 });
  context.logger.warn({ verification: id, code: error.code }, 'ID photo can not be judged');
  return true;
}

/** Evidence without a portrait was verified when it was examined; no picture was judged. */
const withoutPhoto: Verdict = { outcome: 'accepted', reasons: [], scores: NO_SCORES, checks: [], models: 'none' };

/** The document was not even asked for. */
const notShown = { code: 'DOCUMENT_NOT_SHOWN', sentence: REASONS.DOCUMENT_NOT_SHOWN.sentence };

/** A refused ID photo is asked for again, with other motions, as long as tries are left. What a person accepted was the one before. */
async function askAgainOrRefuse(
  context: AuthenticationContext,
  { id, triesLeft }: Verification,
  judged: Prisma.VerificationUpdateManyMutationInput,
): Promise<void> {
  await context.prisma.$transaction([
    context.prisma.verification.updateMany({
      where: { id, state: 'JUDGING' },
      data:
        triesLeft > 0
          ? {
              ...judged,
              state: 'ID_PHOTO_REQUESTED',
              triesLeft: triesLeft - 1,
              reviewAccepted: false,
              ...drawIdentityProofRequest(context),
            }
          : { ...judged, state: 'REFUSED', decidedAt: context.clock() },
    }),
    context.prisma.captureSegment.deleteMany({ where: { verificationId: id } }),
  ]);
}

function kept(value: Uint8Array | null): Uint8Array {
  if (!value) throw new Error('a verification being judged lost its pictures');
  return value;
}
