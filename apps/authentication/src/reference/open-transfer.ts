import { refusal } from '@tegata/service-kit';
import type { AuthenticationContext } from '../context.ts';
import type { EarlierEvidence } from '../evidence/evidence-kind.ts';
import type { Prisma } from '../generated/client.ts';

/**
 * Opens a verification that moves a certificate, and counts it against the tries of that certificate. A statement that was used
 * before opens nothing.
 * @throws ServiceError FAILED_PRECONDITION (TRANSFER_TRIES_USED_UP)
 */
export async function openTransfer(
  { prisma }: Pick<AuthenticationContext, 'prisma'>,
  row: Prisma.VerificationCreateManyInput,
  { serialNumber }: EarlierEvidence,
): Promise<void> {
  await prisma.$transaction(async (transaction) => {
    const { count } = await transaction.verification.createMany({ data: [row], skipDuplicates: true });
    if (count === 0) return;
    const tried = await transaction.identityReference.updateMany({
      where: { serialNumber, triesLeft: { gt: 0 } },
      data: { triesLeft: { decrement: 1 } },
    });
    if (tried.count === 0) throw refusal('TRANSFER_TRIES_USED_UP');
  });
}
