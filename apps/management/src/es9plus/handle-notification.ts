import { hash, type KeyObject } from 'node:crypto';
import type { HandleNotificationRequest, HandleNotificationResponse } from '@tegata/contracts/gsma-rsp-v2';
import { prismaTransaction } from '@tegata/database';
import { DerError } from '@tegata/der';
import {
  ErrorReason,
  type OtherSignedNotification,
  PendingNotification,
  type ProfileInstallationResult,
  RspRefusal,
  verifyInstallationResult,
  verifyOtherNotification,
} from '@tegata/rsp';
import type { ManagementContext } from '../context.ts';
import { settleEvents } from '../es2plus/smds-events.ts';
import type { Prisma } from '../generated/client.ts';
import { euiccKey, isAuthenticated } from './rsp-session.ts';
import type { SmDpPlus } from './sm-dp-plus.ts';

/** Failures after which the same eUICC may try again. */
const passing: readonly number[] = [
  ErrorReason.installFailedDueToInterruption,
  ErrorReason.installFailedDueToInsufficientMemoryForProfile,
];

/**
 * ES9+.HandleNotification (SGP.22 section 5.6.4): verified, stored once, acted on once. What can't be verified, or belongs to
 * no session, is logged and accepted all the same, so that the eUICC may forget it; nothing changes by it.
 */
export async function handleNotification(
  context: ManagementContext,
  smDpPlus: SmDpPlus,
  { pendingNotification }: HandleNotificationRequest,
): Promise<HandleNotificationResponse> {
  const notification = decode(pendingNotification);
  if (notification.kind === 'profileInstallationResult') {
    await takeResult(context, notification.value, pendingNotification);
  } else {
    await takeOther(context, smDpPlus, notification.value, pendingNotification);
  }
  return {};
}

function decode(octets: Uint8Array): PendingNotification {
  try {
    return PendingNotification.decode(octets);
  } catch (cause) {
    if (cause instanceof DerError) throw new RspRefusal('PARAMETER_INVALID', { cause });
    throw cause;
  }
}

/** S35/S58 as the carrier learns of it: the eUICC says how the installation ended. */
async function takeResult(context: ManagementContext, result: ProfileInstallationResult, octets: Uint8Array) {
  const { prisma, clock, logger } = context;
  const { profileInstallationResultData: data } = result;
  const transactionId = new Uint8Array(data.transactionId);
  const session = await prisma.rspSession.findUnique({ where: { transactionId } });
  const genuine = session !== null && isAuthenticated(session) && isSignedBy(result, euiccKey(session));
  if (!genuine) {
    logger.warn({ known: session !== null }, 'installation result of no session of ours');
    return;
  }
  const { iccid, eid } = session;
  const { seqNumber } = data.notificationMetadata;
  const { finalResult } = data;
  const installed = finalResult.kind === 'successResult';
  const reason = finalResult.kind === 'errorResult' ? finalResult.value.errorReason : 0;
  const changed = await prismaTransaction(prisma, async (transaction: Prisma.TransactionClient) => {
    const { count } = await transaction.notification.createMany({
      data: [
        {
          eid,
          seqNumber,
          digest: digestOf(data.raw),
          event: 'install',
          iccid,
          octets: new Uint8Array(octets),
          outcome: installed ? 'ok' : `errorReason ${reason}`,
          receivedAt: clock(),
        },
      ],
      skipDuplicates: true,
    });
    if (count === 0) return undefined;
    await transaction.rspSession.updateMany({ where: { transactionId }, data: { state: 'ENDED', boundHead: null } });
    if (!installed && passing.includes(reason)) return undefined;
    const [profile] = await transaction.profile.updateManyAndReturn({
      where: { iccid, eid, state: 'DOWNLOADED' },
      data: { state: installed ? 'INSTALLED' : 'ERROR' },
      select: { contractId: true, eid: true, matchingId: true, smdsAddress: true },
    });
    if (profile?.contractId) await endContract(transaction, profile.contractId, installed, reason, clock());
    return profile;
  });
  logger.info({ iccid, installed, reason }, 'installation result');
  if (changed?.smdsAddress) await settleEvents(context, iccid);
}

/** Tells notifications apart that have the same number. */
const digestOf = (signed: Uint8Array) => new Uint8Array(hash('sha256', signed, 'buffer'));

function isSignedBy(result: ProfileInstallationResult, euiccPublicKey: KeyObject): boolean {
  try {
    verifyInstallationResult(result, euiccPublicKey);
    return true;
  } catch (error) {
    if (error instanceof RspRefusal) return false;
    throw error;
  }
}

async function endContract(
  transaction: Prisma.TransactionClient,
  id: string,
  installed: boolean,
  reason: number,
  now: Date,
): Promise<void> {
  const sentence = `The eUICC refused the profile (errorReason ${reason}). Apply for a new contract.`;
  await transaction.contract.updateMany({
    where: { id, state: 'PROFILE_READY' },
    data: installed
      ? { state: 'INSTALLED', updatedAt: now }
      : { state: 'REFUSED', refusalReasons: [{ code: 'INSTALLATION_FAILED', sentence }], updatedAt: now },
  });
}

/** Enabling, disabling and deletion: signed by an eUICC under a trusted CI, kept for the operator. */
async function takeOther(
  context: ManagementContext,
  { server }: SmDpPlus,
  notification: OtherSignedNotification,
  octets: Uint8Array,
) {
  const { prisma, clock, logger, certificateCache } = context;
  const { tbsOtherNotification: metadata } = notification;
  let eid: string;
  try {
    ({ eid } = verifyOtherNotification(notification, server.cis, clock(), { cache: certificateCache }));
  } catch (error) {
    if (!(error instanceof RspRefusal)) throw error;
    logger.warn({ code: error.code }, 'notification that is not genuine');
    return;
  }
  const [event = 'unknown'] = metadata.profileManagementOperation;
  const { count } = await prisma.notification.createMany({
    data: [
      {
        eid,
        seqNumber: metadata.seqNumber,
        digest: digestOf(metadata.raw),
        event,
        iccid: metadata.iccid ?? null,
        octets: new Uint8Array(octets),
        outcome: 'ok',
        receivedAt: clock(),
      },
    ],
    skipDuplicates: true,
  });
  if (count === 1) logger.info({ iccid: metadata.iccid, event }, 'notification');
}
