import type { AuthenticationContext } from './context.ts';
import { eraseWhatIsOver } from './retention.ts';
import { lapseReviews } from './review/lapse-reviews.ts';
import { lapsed } from './verification/give-up-capture.ts';
import { judgeVerification } from './verification/judge-verification.ts';

/** Rows handled in one round. */
const batch = 50;
/** An ID photo nobody has judged for this long was left by a killed process, in milliseconds. */
const leftAfterMs = 3_000;

/** Judges what a killed process left, lets what is overdue lapse, erases what the retention period has ended for. */
export async function upkeep(context: AuthenticationContext): Promise<void> {
  await judgeWhatWasLeft(context);
  await lapse(context);
  await lapseReviews(context);
  await eraseWhatIsOver(context);
}

async function judgeWhatWasLeft(context: AuthenticationContext): Promise<void> {
  const { prisma, clock, logger } = context;
  const now = clock();
  const left = await prisma.verification.findMany({
    where: {
      state: 'JUDGING',
      OR: [{ judgedUntil: null }, { judgedUntil: { lt: now } }],
      createdAt: { lt: new Date(now.getTime() - leftAfterMs) },
    },
    take: batch,
    select: { id: true },
  });
  for (const { id } of left) {
    await judgeVerification(context, id).catch((error: unknown) =>
      logger.warn(
        { verification: id, code: (error as { code?: string }).code ?? 'FAILED' },
        'not judged; tried again later',
      ),
    );
  }
}

async function lapse(context: AuthenticationContext): Promise<void> {
  const { prisma, clock, config } = context;
  const now = clock();
  await prisma.verification.updateMany({
    where: { state: 'ID_PHOTO_REQUESTED', createdAt: { lt: new Date(now.getTime() - config.verificationLifetimeMs) } },
    data: { state: 'EXPIRED', reasons: [lapsed], decidedAt: now },
  });
  // Frames of a capture that nobody goes on with are not kept until its terminal comes back.
  await prisma.captureSegment.deleteMany({
    where: {
      OR: [
        { verification: { state: { notIn: ['ID_PHOTO_REQUESTED', 'JUDGING', 'IN_REVIEW'] } } },
        { verification: { state: 'ID_PHOTO_REQUESTED', promptExpiresAt: { lt: now } } },
      ],
    },
  });
}
