import { refusal } from '@tegata/service-kit';
import type { EarlierEvidence } from '../evidence/evidence-kind.ts';
import type { Prisma } from '../generated/client.ts';

/**
 * Counts a verification that moves a certificate against the tries of that certificate, in the transaction that opens it.
 * @throws ServiceError FAILED_PRECONDITION (TRANSFER_TRIES_USED_UP)
 */
export async function countTransfer(
  transaction: Prisma.TransactionClient,
  { serialNumber }: EarlierEvidence,
): Promise<void> {
  const { count } = await transaction.identityReference.updateMany({
    where: { serialNumber, triesLeft: { gt: 0 } },
    data: { triesLeft: { decrement: 1 } },
  });
  if (count === 0) throw refusal('TRANSFER_TRIES_USED_UP');
}
