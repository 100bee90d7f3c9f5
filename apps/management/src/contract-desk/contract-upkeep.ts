import type { Logger } from '@tegata/service-kit';
import type { ManagementContext } from '../context.ts';
import { type Contract, ContractState } from '../generated/client.ts';
import { withdrawProfile } from '../profile/withdraw-profile.ts';
import { advanceContract } from './advance-contract.ts';
import { erased } from './erased.ts';
import { withdrawalDue, withdrawVerifications } from './withdraw-verification.ts';

/** A contract that moves by itself and has not moved for this long was left half done, in milliseconds. */
const leftAfterMs = 10_000;
/** States that a contract leaves without its holder. */
const contractsInMotion: Contract['state'][] = [
  'INFORMATION_SUBMITTED',
  'VERIFYING_IDENTITY',
  'IDENTITY_IN_REVIEW',
  'IDENTITY_ESTABLISHED',
  'PROFILE_GENERATED',
];
const over: Contract['state'][] = ['INSTALLED', 'REFUSED', 'EXPIRED', 'CANCELLED'];
/** Named one by one, as an index can find them. */
const openContracts = Object.values(ContractState).filter((state) => !over.includes(state));
/** Rows handled in one round. */
const batch = 50;

/** Takes up contracts that a killed process left half done, lets those lapse that are overdue, tells authentication what has ended. */
export async function upkeepOfContracts(context: ManagementContext): Promise<void> {
  await takeUpContracts(context);
  await lapseContracts(context);
  await withdrawVerifications(context);
}

export async function takeUpContracts(context: ManagementContext): Promise<void> {
  const { prisma, clock, logger } = context;
  const left = await prisma.contract.findMany({
    where: {
      state: { in: contractsInMotion },
      updatedAt: { lt: new Date(clock().getTime() - leftAfterMs) },
    },
    orderBy: { updatedAt: 'asc' },
    take: batch,
    select: { id: true },
  });
  for (const { id } of left) {
    await advanceContract(context, id).catch((error: unknown) => waits(logger, id, error));
  }
}

const waits = (logger: Logger, contractId: string, error: unknown) =>
  logger.warn({ contractId, reason: (error as { reason?: string }).reason ?? 'FAILED' }, 'contract waits');

export async function lapseContracts(context: ManagementContext): Promise<void> {
  const { prisma, clock } = context;
  const now = clock();
  const lapsed = await prisma.contract.updateManyAndReturn({
    where: { state: { in: openContracts }, expiresAt: { lt: now } },
    data: { state: 'EXPIRED', ...erased, ...withdrawalDue(now), updatedAt: now },
    select: { id: true },
  });
  for (const { id } of lapsed) await withdrawProfile(context, id);
}
