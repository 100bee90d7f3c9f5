import { errorReasons } from '@tegata/contracts';
import type {
  Verification as VerificationMessage,
  WithdrawVerificationRequest,
} from '@tegata/contracts/authentication-v1';
import { refusal } from '@tegata/service-kit';
import type { AuthenticationContext } from '../context.ts';
import type { Prisma, VerificationState } from '../generated/client.ts';
import { showVerification } from './verification-view.ts';

/** States of which nobody decided: there is no complaint that documents would have to wait for. */
const undecided: VerificationState[] = ['ID_PHOTO_REQUESTED', 'JUDGING', 'IN_REVIEW', 'EXPIRED'];

const withdrawn = { code: 'VERIFICATION_WITHDRAWN', sentence: errorReasons.VERIFICATION_WITHDRAWN.sentence };

/**
 * Ends what is undecided of a contract that is over at its carrier, with all that was handed in for it, in one transaction. Whoever works on it
 * meanwhile, a terminal, the engine or a reviewer, finds another state than the one it starts from, and changes nothing; of a decision and
 * a withdrawal at once the first counts.
 */
export async function withdrawVerification(
  { prisma, clock, logger }: AuthenticationContext,
  { contractId }: WithdrawVerificationRequest,
  carrier: string,
): Promise<{ verifications: VerificationMessage[] }> {
  const now = clock();
  const ended = await prisma.$transaction(async (transaction) => {
    await lockContract(transaction, carrier, contractId);
    await transaction.withdrawnContract.createMany({
      data: [{ carrier, contractId, withdrawnAt: now }],
      skipDuplicates: true,
    });
    const rows = await transaction.verification.updateManyAndReturn({
      where: { carrier, contractId, state: { in: undecided } },
      data: {
        ...{ state: 'WITHDRAWN', reasons: [withdrawn], decidedAt: now, judgedUntil: null },
        ...{ documents: null, reading: null, erasedAt: now },
        ...{ captureId: null, promptNonce: null, promptExpiresAt: null, chainHead: null },
        ...{ reviewClaim: null, reviewClaimedUntil: null },
      },
      select: { id: true, reviewQueuedAt: true },
    });
    const verificationId = { in: rows.map(({ id }) => id) };
    await transaction.captureSegment.deleteMany({ where: { verificationId } });
    // An intent that is never to be signed.
    await transaction.identityCertificate.deleteMany({ where: { verificationId, certificate: null } });
    await transaction.reviewEvent.createMany({
      data: rows
        .filter(({ reviewQueuedAt }) => reviewQueuedAt !== null)
        .map(({ id }) => ({ verificationId: id, at: now, action: 'withdrawn', reviewer: '', reason: '' })),
    });
    return rows;
  });
  for (const { id } of ended) logger.info({ verification: id }, 'verification withdrawn');
  const verifications = await prisma.verification.findMany({
    where: { carrier, contractId },
    orderBy: { createdAt: 'asc' },
  });
  return { verifications: verifications.map(showVerification) };
}

/**
 * Lets nothing be opened for a contract that was withdrawn. In the transaction that opens: of it and a withdrawal at once, the withdrawal
 * finds what was opened, or this finds the withdrawal.
 * @throws ServiceError FAILED_PRECONDITION (VERIFICATION_WITHDRAWN)
 */
export async function requireNotWithdrawn(
  transaction: Prisma.TransactionClient,
  { carrier, contractId }: { readonly carrier: string; readonly contractId: string },
): Promise<void> {
  await lockContract(transaction, carrier, contractId);
  const count = await transaction.withdrawnContract.count({ where: { carrier, contractId } });
  if (count > 0) throw refusal('VERIFICATION_WITHDRAWN');
}

/** Until the transaction ends, no other one opens or withdraws for this contract. */
async function lockContract(transaction: Prisma.TransactionClient, carrier: string, contractId: string) {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${carrier} ${contractId.toLowerCase()}`}, 0))`;
}
