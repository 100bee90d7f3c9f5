import type { AuthenticateClientRequest, AuthenticateClientResponse } from '@tegata/contracts/gsma-rsp-v2';
import { statement } from '@tegata/database';
import {
  type AuthenticatedEuicc,
  EuiccReportedError,
  offerDownload,
  RspRefusal,
  verifyAuthenticateServerResponse,
} from '@tegata/rsp';
import type { SmDpContext } from '../context.ts';
import { progressDue, reportFailure } from '../es2plus/download-progress.ts';
import { sourcesOf } from '../profile/profile-states.ts';
import { type DownloadOrder, findOrder, whyNotDownload } from './download-order.ts';
import { endOrder } from './end-order.ts';
import { endSession, openSession, type SessionRow } from './rsp-session.ts';
import type { RememberedSession } from './session-memory.ts';
import { credentialsOf, euiccCiOf, type SmDpPlus } from './sm-dp-plus.ts';

/**
 * ES9+.AuthenticateClient (SGP.22 section 5.6.3): verifies the eUICC, selects the profile waiting for it, and offers it.
 * The challenge is used up by the statement that stores the authenticated eUICC, binds the order to it and counts the try.
 */
export async function authenticateClient(
  context: SmDpContext,
  smDpPlus: SmDpPlus,
  { transactionId: received, authenticateServerResponse }: AuthenticateClientRequest,
): Promise<AuthenticateClientResponse> {
  const known = context.sessions.recall(received, context.clock());
  const session = known?.row ?? (await openSession(context, received));
  if (session.state !== 'INITIATED') throw new RspRefusal('TRANSACTION_UNKNOWN');
  const { transactionId } = session;
  const { dpPb } = credentialsOf(smDpPlus, session);
  const euicc = await verify(context, smDpPlus, session, authenticateServerResponse);
  const order = await eligibleOrder(context, session, euicc);
  const { smdpSigned2, smdpSignature2 } = await offerDownload(
    {
      transactionId,
      euiccSignature1: euicc.euiccSignature1,
      confirmationCodeRequired: order.confirmationCodeHash !== null,
      ...(order.boundOtpk && order.eid === euicc.eid && { bppEuiccOtpk: order.boundOtpk }),
    },
    dpPb.signer,
  );
  await take(context, session, known?.expiresAt, euicc, order, smdpSignature2);
  return {
    transactionId: Buffer.from(transactionId),
    profileMetadata: Buffer.from(order.metadata),
    smdpSigned2: Buffer.from(smdpSigned2),
    smdpSignature2: Buffer.from(smdpSignature2),
    smdpCertificate: Buffer.from(dpPb.certificate.raw),
  };
}

async function verify(
  context: SmDpContext,
  smDpPlus: SmDpPlus,
  session: SessionRow,
  octets: Uint8Array,
): Promise<AuthenticatedEuicc> {
  const { transactionId, serverChallenge } = session;
  const authentication = {
    transactionId,
    serverChallenge,
    serverAddress: smDpPlus.server.address,
    ci: euiccCiOf(smDpPlus, session),
  };
  try {
    return verifyAuthenticateServerResponse(octets, authentication, context.clock(), {
      cache: context.certificateCache,
    });
  } catch (error) {
    // The eUICC gives up. Nobody can say yet which order it was for.
    if (error instanceof EuiccReportedError) {
      context.logger.warn({ euiccErrorCode: error.euiccErrorCode }, 'eUICC refused to authenticate this SM-DP+');
      await endSession(context, transactionId);
    }
    throw error;
  }
}

/** The order, or the refusal that the session ends with if it still is in this state. */
async function eligibleOrder(
  context: SmDpContext,
  { transactionId, state }: Pick<SessionRow, 'transactionId' | 'state'>,
  euicc: AuthenticatedEuicc,
): Promise<DownloadOrder> {
  const order = await findOrder(context, euicc);
  const why = whyNotDownload(order, euicc, context.clock());
  if (order !== undefined && why === undefined) return order;
  // What is remembered may be behind: a session that another replica has gone on with is not for this step to end.
  if ((await openSession(context, transactionId)).state !== state) throw new RspRefusal('TRANSACTION_UNKNOWN');
  await endSession(context, transactionId);
  const refusal = new RspRefusal(why ?? 'MATCHING_ID_REFUSED', {
    status: why === 'DOWNLOAD_ORDER_EXPIRED' ? 'Expired' : 'Failed',
  });
  if (order !== undefined) {
    await reportFailure(context, { iccid: order.iccid, eid: euicc.eid, point: 1, refusal });
    if (order.state !== 'ERROR' && why === 'DOWNLOAD_ORDER_EXHAUSTED') {
      await endOrder(context, order.iccid, 'exhaustDownloads');
    }
    if (order.state !== 'ERROR' && why === 'DOWNLOAD_ORDER_EXPIRED') await endOrder(context, order.iccid, 'expire');
  }
  throw refusal;
}

/** Of two eUICCs at once one binds the order; of two answers to one challenge one counts. */
const takeOrder = statement(`
  WITH moved AS (
    UPDATE rsp_session SET state = 'AUTHENTICATED', eid = $2, iccid = $3, euicc_public_key = $4, smdp_signature2 = $5
    WHERE transaction_id = $1 AND state = 'INITIATED' AND expires_at > $6 RETURNING 1),
  taken AS (
    UPDATE profile SET eid = $2, download_tries_left = download_tries_left - 1
    WHERE iccid = $3 AND EXISTS (SELECT FROM moved) AND state = ANY($7::profile_state[]) AND (eid IS NULL OR eid = $2)
      AND download_tries_left > 0 AND (expires_at IS NULL OR expires_at > $6)
    RETURNING iccid, profile_type),
  told AS (
    INSERT INTO download_progress (iccid, eid, profile_type, point, created_at, due_at)
    SELECT iccid, $2, profile_type, 1, $6, $8 FROM taken)
  SELECT (SELECT count(*) FROM moved)::int AS moved, (SELECT count(*) FROM taken)::int AS taken`);

async function take(
  context: SmDpContext,
  session: SessionRow,
  expiresAt: RememberedSession['expiresAt'] | undefined,
  euicc: AuthenticatedEuicc,
  order: DownloadOrder,
  smdpSignature2: Uint8Array,
): Promise<void> {
  const { database, clock, euiccKeys, sessions } = context;
  const { transactionId } = session;
  const { iccid } = order;
  const now = clock();
  const euiccPublicKey = euicc.euicc.subjectPublicKeyInfo;
  const [done] = await database.query<{ moved: number; taken: number }>(takeOrder, [
    transactionId,
    euicc.eid,
    iccid,
    euiccPublicKey,
    smdpSignature2,
    now,
    sourcesOf('deliver'),
    progressDue(context, now),
  ]);
  sessions.forget(transactionId);
  if (!done?.moved) throw new RspRefusal('TRANSACTION_UNKNOWN');
  euiccKeys.keep(euiccPublicKey, euicc.publicKey);
  if (done.taken) {
    // Tries of a confirmation code count across sessions: such an order is read each time.
    if (expiresAt === undefined || order.confirmationCodeHash !== null) return;
    const euiccOfSession = { eid: euicc.eid, iccid, euiccPublicKey: Buffer.from(euiccPublicKey) };
    const row = {
      ...session,
      ...euiccOfSession,
      state: 'AUTHENTICATED',
      smdpSignature2: Buffer.from(smdpSignature2),
    } as const;
    sessions.remember({ row, expiresAt, offered: order });
    return;
  }
  // Somebody was faster: the refusal is that of the order as it is now.
  await eligibleOrder(context, { transactionId, state: 'AUTHENTICATED' }, euicc);
  throw new RspRefusal('MATCHING_ID_REFUSED');
}
