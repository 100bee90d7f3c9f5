import { CaptureSegment } from '@tegata/contracts/authentication-v1';
import type { CapturedFrame, Verdict } from '@tegata/ekyc';
import { ServiceError } from '@tegata/service-kit';
import { issueIdentityCertificate } from '../certificates/issue-identity-certificate.ts';
import type { AuthenticationContext } from '../context.ts';
import { evidenceKindOf, readIdentityDocuments } from '../evidence/evidence-kinds.ts';
import type { Verification } from '../generated/client.ts';
import { readChallenge } from './capture-prompts.ts';
import { drawIdentityProofRequest } from './identity-proof-request.ts';
import { segmentBinding } from './submit-capture.ts';

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
        }),
      ({ outcome, reasons }) => (outcome === 'accepted' ? 'ok' : (reasons[0]?.code ?? 'REFUSED')),
    );
    if (verdict.outcome === 'accepted') {
      await flow.record(contractId, 'S23', () =>
        issueIdentityCertificate(context, verification, { grade: kind.grade, attributes }, verdict),
      );
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

/** The frames of a capture that is over, in the order they were taken. */
async function storedFrames(
  { prisma, vault }: AuthenticationContext,
  verificationId: string,
): Promise<CapturedFrame[]> {
  const segments = await prisma.captureSegment.findMany({
    where: { verificationId },
    orderBy: { promptNumber: 'asc' },
  });
  const frames: CapturedFrame[] = [];
  for (const { promptNumber, segment } of segments) {
    const opened = CaptureSegment.decode(await vault.open(segmentBinding(verificationId, promptNumber), segment));
    for (const { image, capturedAtMs, colourNumber } of opened.frames) {
      const colourIndex = colourNumber > 0 ? colourNumber - 1 : undefined;
      frames.push({ octets: image, promptIndex: promptNumber - 1, capturedAtMs, colourIndex });
    }
  }
  return frames;
}

/** Checks and scores as the audit record keeps them: figures, nothing of the pictures. */
export const storedVerdict = ({ outcome, scores, checks, models }: Verdict) =>
  JSON.parse(JSON.stringify({ outcome, scores, checks, models })) as object;

function stored(value: Uint8Array | null): Uint8Array {
  if (!value) throw new Error('a verification being judged lost its pictures');
  return value;
}
