import type { GetBoundProfilePackageRequest, GetBoundProfilePackageResponse } from '@tegata/contracts/gsma-rsp-v2';
import { statement } from '@tegata/database';
import {
  bindProfilePackage,
  EuiccReportedError,
  isHashCc,
  OneTimeKeyPair,
  RspRefusal,
  verifyPrepareDownloadResponse,
} from '@tegata/rsp';
import type { SmDpContext } from '../context.ts';
import { progressDue, reportFailure } from '../es2plus/download-progress.ts';
import type { OrderErrorReason, ProfileState } from '../generated/client.ts';
import { openConfirmationCodeHash } from '../profile/confirmation-code.ts';
import { openProfileKeys } from '../profile/profile-keys.ts';
import { canStart, sourcesOf } from '../profile/profile-states.ts';
import { type OfferedProfile, offeredColumns } from './download-order.ts';
import { endOrder } from './end-order.ts';
import {
  type AuthenticatedSession,
  endSession,
  isAuthenticated,
  type SessionRow,
  sessionColumns,
} from './rsp-session.ts';
import { credentialsOf, type SmDpPlus } from './sm-dp-plus.ts';

/** A session together with the profile that was selected in it. */
interface DeliveryRow extends SessionRow, OfferedProfile {
  readonly euiccOtpk: Buffer | null;
  readonly boundHead: Buffer | null;
  readonly profileState: ProfileState;
  /** Whether the order is still bound to the eUICC of the session, and in time. */
  readonly own: boolean;
  readonly errorReason: OrderErrorReason | null;
}

type Delivery = AuthenticatedSession<DeliveryRow>;

const find = statement(`
  SELECT ${sessionColumns}, s.expires_at > $2 AS open, s.euicc_otpk AS "euiccOtpk", s.bound_head AS "boundHead",
    p.state AS "profileState", (p.eid = s.eid AND (p.expires_at IS NULL OR p.expires_at > $2)) AS own, p.error_reason AS "errorReason", ${offeredColumns}
  FROM rsp_session s JOIN profile p ON p.iccid = s.iccid LEFT JOIN contract c ON c.id = p.contract_id
  WHERE s.transaction_id = $1`);

/**
 * ES9+.GetBoundProfilePackage (SGP.22 section 5.6.2): verifies the eUICC's one-time key and the confirmation code, and binds
 * the profile. The same key gets the same octets again; another key a new binding.
 */
export async function getBoundProfilePackage(
  context: SmDpContext,
  smDpPlus: SmDpPlus,
  request: GetBoundProfilePackageRequest,
): Promise<GetBoundProfilePackageResponse> {
  const delivery =
    rememberedDelivery(context, request.transactionId) ?? (await openDelivery(context, request.transactionId));
  const work = () => deliver(context, smDpPlus, delivery, request.prepareDownloadResponse);
  const { contractId, byCertificate, transactionId } = delivery;
  const boundProfilePackage = contractId
    ? await context.flow.record(contractId, byCertificate ? 'S55' : 'S31', work)
    : await work();
  return { transactionId: Buffer.from(transactionId), boundProfilePackage };
}

/** What was offered a moment ago. That it still may be delivered is for the statement to say that stores the binding. */
function rememberedDelivery({ sessions, clock }: SmDpContext, transactionId: Uint8Array): Delivery | undefined {
  const { row, offered } = sessions.recall(transactionId, clock()) ?? {};
  if (row === undefined || offered === undefined || !isAuthenticated(row)) return undefined;
  return {
    ...offered,
    ...row,
    profileState: 'RELEASED',
    own: true,
    errorReason: null,
    euiccOtpk: null,
    boundHead: null,
  };
}

async function openDelivery({ database, clock }: SmDpContext, transactionId: Uint8Array): Promise<Delivery> {
  const [row] = await database.query<DeliveryRow & { open: boolean }>(find, [transactionId, clock()]);
  if (!row?.open || !isAuthenticated(row)) throw new RspRefusal('TRANSACTION_UNKNOWN');
  if (row.own && row.errorReason === 'CONFIRMATION_TRIES_EXHAUSTED') {
    throw new RspRefusal('CONFIRMATION_CODE_EXHAUSTED');
  }
  if (row.state === 'ENDED') throw new RspRefusal('TRANSACTION_UNKNOWN');
  return row;
}

async function deliver(
  context: SmDpContext,
  smDpPlus: SmDpPlus,
  delivery: Delivery,
  prepareDownloadResponse: Uint8Array,
): Promise<Buffer> {
  const { euiccOtpk, hashCc } = await verify(context, smDpPlus, delivery, prepareDownloadResponse);
  if (!delivery.own || !canStart('deliver', delivery.profileState)) throw new RspRefusal('BINDING_UNAVAILABLE');
  const triesTaken = await requireConfirmationCode(context, delivery, hashCc);
  const sent = sentBefore(delivery, euiccOtpk);
  if (sent && triesTaken === 0) return sent;
  const head = sent ? undefined : await bind(context, smDpPlus, delivery, euiccOtpk);
  if (await store(context, delivery, euiccOtpk, head, triesTaken)) {
    return sent ?? Buffer.concat([head ?? Buffer.alloc(0), delivery.protectedPackage]);
  }
  // The same request, sent twice at once: the other one has bound the package. Or the order ended meanwhile.
  const now = await openDelivery(context, delivery.transactionId);
  const other = now.own && canStart('deliver', now.profileState) ? sentBefore(now, euiccOtpk) : undefined;
  if (!other) throw new RspRefusal('BINDING_UNAVAILABLE');
  return other;
}

/** What was sent in this session for this key. */
function sentBefore(delivery: Delivery, euiccOtpk: Uint8Array): Buffer | undefined {
  if (!delivery.boundHead || !delivery.euiccOtpk?.equals(euiccOtpk)) return undefined;
  return Buffer.concat([delivery.boundHead, delivery.protectedPackage]);
}

async function verify(context: SmDpContext, smDpPlus: SmDpPlus, delivery: Delivery, octets: Uint8Array) {
  const { transactionId, smdpSignature2, iccid, eid } = delivery;
  try {
    return verifyPrepareDownloadResponse(octets, {
      transactionId,
      smdpSignature2,
      euiccPublicKey: context.euiccKeys.of(delivery),
      curve: credentialsOf(smDpPlus, delivery).dpPb.certificate.curve,
    });
  } catch (error) {
    // The eUICC gives up: so does the session, and the operator is told.
    if (error instanceof EuiccReportedError) {
      await endSession(context, transactionId);
      await reportFailure(context, {
        iccid,
        eid,
        point: 3,
        refusal: error,
        message: `ES10b.PrepareDownload: downloadErrorCode ${error.euiccErrorCode}`,
      });
    }
    throw error;
  }
}

const takeTry = statement(`
  UPDATE profile SET confirmation_tries_left = confirmation_tries_left - 1
  WHERE iccid = $1 AND eid = $2 AND state = ANY($3::profile_state[]) AND confirmation_tries_left > 0
  RETURNING confirmation_tries_left AS left`);

/**
 * Judges the confirmation code. A try is taken before the code is looked at, across sessions, and given back with the
 * package: however many guesses come at once, no more of them are looked at than the order allows.
 *
 * @returns tries to give back: 1, or 0 where no code is due
 * @throws RspRefusal 8.2.7/2.2, 8.2.7/3.8, 8.2.7/6.4.
 */
async function requireConfirmationCode(
  context: SmDpContext,
  { iccid, eid, transactionId, confirmationCodeHash }: Delivery,
  hashCc: Uint8Array | undefined,
): Promise<number> {
  if (!confirmationCodeHash) return 0;
  if (hashCc === undefined) throw new RspRefusal('CONFIRMATION_CODE_MISSING');
  const [taken] = await context.database.query<{ left: number }>(takeTry, [iccid, eid, sourcesOf('deliver')]);
  if (!taken) throw new RspRefusal('CONFIRMATION_CODE_EXHAUSTED');
  const codeHash = await openConfirmationCodeHash(context.vault, iccid, confirmationCodeHash);
  if (isHashCc(hashCc, codeHash, transactionId)) return 1;
  const refusal = new RspRefusal(taken.left < 1 ? 'CONFIRMATION_CODE_EXHAUSTED' : 'CONFIRMATION_CODE_REFUSED');
  await reportFailure(context, { iccid, eid, point: 2, refusal });
  if (taken.left < 1) await endOrder(context, iccid, 'exhaustConfirmations');
  throw refusal;
}

/** Binds the profile. @returns what precedes the protected package */
async function bind(
  { vault, random }: SmDpContext,
  smDpPlus: SmDpPlus,
  delivery: Delivery,
  euiccOtpk: Uint8Array,
): Promise<Buffer> {
  const { transactionId, eid, iccid, metadata, profileKeys, protectedPackage } = delivery;
  const { dpPb } = credentialsOf(smDpPlus, delivery);
  const bound = await bindProfilePackage({
    transactionId,
    eid,
    euiccOtpk,
    smdpOneTimeKey: OneTimeKeyPair.generate(dpPb.certificate.curve, random),
    hostId: smDpPlus.hostId,
    signer: dpPb.signer,
    storeMetadata: metadata,
    profile: { ppk: await openProfileKeys(vault, iccid, profileKeys), sequenceOf86: protectedPackage },
  });
  return Buffer.from(bound.subarray(0, bound.length - protectedPackage.length));
}

/** The package leaves: session and order move together, or nothing is sent. A package sent before is not told of again. */
const storeBinding = statement(`
  WITH bound AS (
    UPDATE rsp_session SET state = 'BOUND', euicc_otpk = $2, bound_head = COALESCE($3, bound_head)
    WHERE transaction_id = $1 AND state IN ('AUTHENTICATED', 'BOUND') AND expires_at > $4
      AND ($3::bytea IS NULL OR bound_head IS NULL OR euicc_otpk IS DISTINCT FROM $2)
    RETURNING iccid, eid),
  delivered AS (
    UPDATE profile p
    SET state = 'DOWNLOADED', bound_otpk = $2, confirmation_tries_left = p.confirmation_tries_left + $5
    FROM bound WHERE p.iccid = bound.iccid AND p.eid = bound.eid AND p.state = ANY($6::profile_state[])
      AND (p.expires_at IS NULL OR p.expires_at > $4)
    RETURNING p.iccid, p.eid, p.profile_type),
  told AS (
    INSERT INTO download_progress (iccid, eid, profile_type, point, created_at, due_at)
    SELECT iccid, eid, profile_type, 3, $4, $7 FROM delivered WHERE $3::bytea IS NOT NULL)
  SELECT count(*)::int AS delivered FROM delivered`);

async function store(
  context: SmDpContext,
  { transactionId }: Delivery,
  euiccOtpk: Uint8Array,
  head: Buffer | undefined,
  triesTaken: number,
): Promise<boolean> {
  const now = context.clock();
  const [done] = await context.database.query<{ delivered: number }>(storeBinding, [
    transactionId,
    euiccOtpk,
    head ?? null,
    now,
    triesTaken,
    sourcesOf('deliver'),
    progressDue(context, now),
  ]);
  context.sessions.delivered(transactionId);
  return done?.delivered === 1;
}
