import { refusal } from '@tegata/service-kit';
import type { Prisma } from '../generated/client.ts';

const day = 24 * 60 * 60 * 1000;

/**
 * S12/S48: a contract takes an IMSI and a number of the carrier's range, also one that is given up, and each is a try to pass identity verification. Contracts that
 * moved within a day are counted, whenever they were opened. Submissions of one eUICC wait for each other until the transaction ends.
 * @throws ServiceError TOO_MANY_CONTRACTS
 */
export async function requireFewContracts(
  transaction: Prisma.TransactionClient,
  eid: string,
  most: number,
  now: Date,
): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`contracts of ${eid}`}, 0))`;
  const updatedAt = { gt: new Date(now.getTime() - day) };
  const before = await transaction.contract.count({ where: { eid, updatedAt } });
  if (before >= most) throw refusal('TOO_MANY_CONTRACTS');
}
