import type { AuthenticationContext } from './context.ts';
import { Prisma } from './generated/client.ts';

/**
 * The retention policy (docs/security-model.md has it as a table): frames of an ID photo are deleted by the transaction that
 * decides; this job erases the rest when its period is over. A period of 0 ends with the decision, at the next round.
 */
export async function eraseWhatIsOver(context: AuthenticationContext): Promise<void> {
  await eraseDocuments(context);
  await eraseVerdicts(context);
  await eraseEuiccKeys(context);
  await eraseCertificates(context);
  await eraseOpenings(context);
  await eraseReferences(context);
  await eraseSeenFrames(context);
  await forgetWithdrawals(context);
}

/** Documents, with the data keys they are encrypted under; what remains of a verification is the verdict. */
async function eraseDocuments({ prisma, clock, config }: AuthenticationContext): Promise<void> {
  const now = clock();
  await prisma.verification.updateMany({
    where: { decidedAt: { lte: new Date(now.getTime() - config.retentionMs) }, erasedAt: null },
    data: { documents: null, reading: null, erasedAt: now },
  });
}

/** What a verification says about a person, and what reviewers wrote. The row stays, so that nothing is verified twice. */
async function eraseVerdicts({ prisma, clock, config }: AuthenticationContext): Promise<void> {
  const decided = { lte: new Date(clock().getTime() - config.verdictRetentionMs) };
  await prisma.verification.updateMany({
    where: { decidedAt: decided, eid: { not: erased } },
    data: { eid: erased, reasons: [], verdict: Prisma.DbNull, reviewer: null },
  });
  await prisma.reviewEvent.deleteMany({ where: { verification: { decidedAt: decided } } });
}

/** The key of the eUICC, which is as good as its EID, with the verdict, or when no certificate can move by it any more. */
async function eraseEuiccKeys({ prisma, clock, config }: AuthenticationContext): Promise<void> {
  const now = clock();
  await prisma.verification.updateMany({
    where: {
      decidedAt: { lte: new Date(now.getTime() - config.verdictRetentionMs) },
      euiccPublicKey: { not: erased },
      OR: [
        { certificate: null },
        { certificate: { expiresAt: { lte: now } } },
        { certificate: { revokedAt: { not: null } } },
      ],
    },
    data: { euiccPublicKey: erased },
  });
}

/** The certificate, which names the EID, and the tag that it is found by, with the verdict, or when it is no longer in force. */
async function eraseCertificates({ prisma, clock, config }: AuthenticationContext): Promise<void> {
  const now = clock();
  await prisma.identityCertificate.updateMany({
    where: {
      verification: { decidedAt: { lte: new Date(now.getTime() - config.verdictRetentionMs) } },
      eidTag: { not: erased },
      OR: [{ expiresAt: { lte: now } }, { revokedAt: { not: null } }],
    },
    data: { certificate: erased, eidTag: erased, attributeOpenings: null },
  });
}

/** What stands in place of an erased EID, key or certificate. */
const erased = new Uint8Array(0);

/** Attributes, when the certificate that has digests of them can no longer be acquired. */
async function eraseOpenings({ prisma, clock }: AuthenticationContext): Promise<void> {
  await prisma.identityCertificate.updateMany({
    where: { acquirableUntil: { lt: clock() }, attributeOpenings: { not: null } },
    data: { attributeOpenings: null },
  });
}

/**
 * What was kept of a face, when the certificate that it is kept for has ended, was revoked, or can be fetched no more and nobody has, as where the
 * contract was given up; or when nothing is to be kept any more.
 */
async function eraseReferences({ prisma, clock, config }: AuthenticationContext): Promise<void> {
  const now = clock();
  const never = { acquiredAt: null, acquirableUntil: { lt: now } };
  const over = { OR: [{ expiresAt: { lte: now } }, { revokedAt: { not: null } }, never] };
  await prisma.identityReference.deleteMany({ where: config.deviceChange === 'on' ? { certificate: over } : {} });
}

/** Digests erased in one round: a capture has some hundred, and a period that is made shorter ends for all that are older at once. */
const digestsOfRound = 20_000;

/** Digests of frames that nobody has sent for as long, the oldest first. */
async function eraseSeenFrames({ prisma, clock, config }: AuthenticationContext): Promise<void> {
  const over = new Date(clock().getTime() - config.framesKnownMs);
  await prisma.$executeRaw`
    DELETE FROM seen_frame WHERE digest IN
      (SELECT digest FROM seen_frame WHERE seen_at <= ${over} ORDER BY seen_at LIMIT ${digestsOfRound})`;
}

/** A request that was on its way when its contract was withdrawn has long come. */
async function forgetWithdrawals({ prisma, clock, config }: AuthenticationContext): Promise<void> {
  const over = new Date(clock().getTime() - config.verificationLifetimeMs);
  await prisma.withdrawnContract.deleteMany({ where: { withdrawnAt: { lte: over } } });
}
