import type { Logger } from '@tegata/service-kit';
import type { ManagementContext } from './context.ts';
import { advanceContract } from './contract-desk/advance-contract.ts';
import { fetchCertificateStatus } from './contract-desk/certificate-status.ts';
import { tellOperator } from './es2plus/download-progress.ts';
import { settleEvents } from './es2plus/smds-events.ts';
import { expireOrders } from './es9plus/end-order.ts';
import { type Contract, ContractState } from './generated/client.ts';
import { attemptLifetimeMs } from './network-access/authentication-vector.ts';
import { withdrawProfile } from './profile/withdraw-profile.ts';

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

/** Takes up what a killed process left half done, lets what is overdue lapse, forgets what is no longer needed. */
export async function upkeep(context: ManagementContext): Promise<void> {
  await takeUpContracts(context);
  await lapseContracts(context);
  await expireOrders(context);
  await settleEvents(context);
  await tellOperator(context);
  await forgetAttempts(context);
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
  const lapsed = await prisma.contract.updateManyAndReturn({
    where: { state: { in: openContracts }, expiresAt: { lt: clock() } },
    data: { state: 'EXPIRED', nonce: null, sealedDocuments: null, applicant: null, updatedAt: clock() },
    select: { id: true },
  });
  for (const { id } of lapsed) await withdrawProfile(context, id);
}

/** A vector that was not answered in time is of no use. */
export async function forgetAttempts({ prisma, clock }: ManagementContext): Promise<void> {
  await prisma.akaAttempt.deleteMany({
    where: { createdAt: { lt: new Date(clock().getTime() - attemptLifetimeMs) } },
  });
}

/** Pause after a status list could not be fetched, in milliseconds. */
const statusRetryMs = 2_000;

/**
 * Keeps the status list of identity certificates fresh, so that no contract needs a call for it: fetched at the start and then
 * at the configured interval, soon again after a failure.
 */
export function certificateStatusKeeper(context: ManagementContext): () => Promise<void> {
  const { config, clock, logger } = context;
  let due = clock().getTime();
  return async () => {
    if (clock().getTime() < due) return;
    try {
      await fetchCertificateStatus(context);
      due = clock().getTime() + config.statusIntervalMs;
    } catch (error) {
      due = clock().getTime() + statusRetryMs;
      logger.warn({ reason: (error as { reason?: string }).reason ?? 'FAILED' }, 'certificate status not refreshed');
    }
  };
}
