import { hash, type KeyObject } from 'node:crypto';
import type { HandleNotificationRequest, HandleNotificationResponse } from '@tegata/contracts/gsma-rsp-v2';
import { statement } from '@tegata/database';
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
import type { SmDpContext } from '../context.ts';
import { progressDue } from '../es2plus/download-progress.ts';
import { settleEventsSoon } from '../es2plus/smds-events.ts';
import type { OrderErrorReason } from '../generated/client.ts';
import { sourcesOf, transitions } from '../profile/profile-states.ts';
import { type AuthenticatedSession, pastSession } from './rsp-session.ts';
import type { SmDpPlus } from './sm-dp-plus.ts';

/** Failures after which the same eUICC may try again. */
const passing: readonly number[] = [
  ErrorReason.installFailedDueToInterruption,
  ErrorReason.installFailedDueToInsufficientMemoryForProfile,
];

/** Ways an order may have ended while its profile was on its way: a genuine success comes before them. */
const overtaken: readonly OrderErrorReason[] = [
  'EXPIRED',
  'DOWNLOAD_TRIES_EXHAUSTED',
  'CONFIRMATION_TRIES_EXHAUSTED',
  'INSTALLATION_FAILED',
  'CANCELLED_BY_EUICC',
];

/**
 * ES9+.HandleNotification (SGP.22 section 5.6.4): verified, stored once, acted on once. What can't be verified, or belongs to
 * no session, is logged and accepted all the same, so that the eUICC may forget it; nothing changes by it.
 */
export async function handleNotification(
  context: SmDpContext,
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
async function takeResult(context: SmDpContext, result: ProfileInstallationResult, octets: Uint8Array): Promise<void> {
  const { logger, euiccKeys } = context;
  const { transactionId } = result.profileInstallationResultData;
  const session = await pastSession(context, transactionId);
  if (!session || !isSignedBy(result, euiccKeys.of(session))) {
    logger.warn({ known: session !== undefined }, 'installation result of no session of ours');
    return;
  }
  await storeResult(context, session, result, octets);
}

function isSignedBy(result: ProfileInstallationResult, euiccPublicKey: KeyObject): boolean {
  try {
    verifyInstallationResult(result, euiccPublicKey);
    return true;
  } catch (error) {
    if (error instanceof RspRefusal) return false;
    throw error;
  }
}

/** Everything that a result changes, once: keeping it decides whether it is new. */
const keepResult = statement(`
  WITH kept AS (
    INSERT INTO notification (eid, seq_number, digest, event, iccid, octets, outcome, received_at)
    VALUES ($1, $2, $3, 'install', $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING 1),
  ended AS (
    UPDATE rsp_session SET state = 'ENDED', bound_head = NULL, euicc_otpk = NULL
    WHERE transaction_id = $8 AND state <> 'ENDED'),
  changed AS (
    UPDATE profile SET state = $9::profile_state, error_reason = $10::order_error_reason
    WHERE iccid = $4 AND eid = $1 AND EXISTS (SELECT FROM kept) AND state = ANY($11::profile_state[])
      AND (state <> 'ERROR' OR error_reason = ANY($12::order_error_reason[]))
    RETURNING contract_id, smds_address),
  contract AS (
    UPDATE contract c SET state = $13::contract_state,
      applicant = CASE $13::contract_state WHEN 'REFUSED' THEN NULL ELSE applicant END, refusal_reasons = COALESCE($14::jsonb, refusal_reasons), updated_at = $7
    FROM changed WHERE c.id = changed.contract_id AND c.state = 'PROFILE_READY'),
  told AS (
    INSERT INTO download_progress (iccid, eid, profile_type, point, subject_code, reason_code, message, result_data, created_at, due_at)
    SELECT iccid, $1, profile_type, 4, $15, $16, $17, $19, $7, $18 FROM profile WHERE iccid = $4 AND EXISTS (SELECT FROM kept))
  SELECT (SELECT count(*) FROM kept)::int AS kept, (SELECT smds_address FROM changed) AS "smdsAddress"`);

async function storeResult(
  context: SmDpContext,
  { iccid, eid, transactionId }: AuthenticatedSession,
  { profileInstallationResultData: data }: ProfileInstallationResult,
  octets: Uint8Array,
): Promise<void> {
  const { database, clock, logger, sessions } = context;
  const { finalResult, notificationMetadata } = data;
  const failure = finalResult.kind === 'errorResult' ? finalResult.value : undefined;
  const installed = failure === undefined;
  const final = installed || !passing.includes(failure.errorReason);
  const transition = installed ? 'install' : 'failInstallation';
  const sentence = failure && `The eUICC refused the profile (errorReason ${failure.errorReason}).`;
  const now = clock();
  const [done] = await database.query<{ kept: number; smdsAddress: string | null }>(keepResult, [
    eid,
    notificationMetadata.seqNumber,
    digestOf(data.raw),
    iccid,
    octets,
    failure ? `errorReason ${failure.errorReason}` : 'ok',
    now,
    transactionId,
    installed ? 'INSTALLED' : 'ERROR',
    installed ? null : transitions.failInstallation.error,
    // A failure that passes leaves the order as it is.
    final ? sourcesOf(transition) : [],
    overtaken,
    installed ? 'INSTALLED' : 'REFUSED',
    failure
      ? JSON.stringify([{ code: 'INSTALLATION_FAILED', sentence: `${sentence} Apply for a new contract.` }])
      : null,
    failure ? '8.1' : null,
    failure ? '4.2' : null,
    sentence ?? null,
    progressDue(context, now),
    finalResult.value.simaResponse ?? null,
  ]);
  sessions.forget(transactionId);
  if (!done?.kept) return;
  logger.info({ iccid, installed, reason: failure?.errorReason ?? 0 }, 'installation result');
  if (done.smdsAddress) await settleEventsSoon(context, iccid);
}

/** Tells notifications apart that have the same number: over what is signed. */
const digestOf = (signed: Uint8Array) => hash('sha256', signed, 'buffer');

const keepOther = statement(`
  INSERT INTO notification (eid, seq_number, digest, event, iccid, octets, outcome, received_at)
  VALUES ($1, $2, $3, $4, $5, $6, 'ok', $7) ON CONFLICT DO NOTHING`);

/** Enabling, disabling and deletion: signed by an eUICC under a trusted CI, kept for the operator. */
async function takeOther(
  context: SmDpContext,
  { notifyingCis, isRevokedByAny: isRevoked }: SmDpPlus,
  notification: OtherSignedNotification,
  octets: Uint8Array,
): Promise<void> {
  const { database, clock, logger, certificateCache } = context;
  const { tbsOtherNotification: metadata } = notification;
  let eid: string;
  try {
    ({ eid } = verifyOtherNotification(notification, notifyingCis, clock(), { cache: certificateCache, isRevoked }));
  } catch (error) {
    if (!(error instanceof RspRefusal)) throw error;
    logger.warn({ code: error.code }, 'notification that is not genuine');
    return;
  }
  const [event = 'unknown'] = metadata.profileManagementOperation;
  const count = await database.change(keepOther, [
    eid,
    metadata.seqNumber,
    digestOf(metadata.raw),
    event,
    metadata.iccid ?? null,
    octets,
    clock(),
  ]);
  if (count === 1) logger.info({ iccid: metadata.iccid, event }, 'notification');
}
