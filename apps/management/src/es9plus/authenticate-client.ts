import type { AuthenticateClientRequest, AuthenticateClientResponse } from '@tegata/contracts/gsma-rsp-v2';
import { statement } from '@tegata/database';
import {
  type AuthenticatedEuicc,
  type BegunSession,
  EuiccReportedError,
  offerDownload,
  RspRefusal,
  verifyAuthenticateServerResponse,
} from '@tegata/rsp';
import { ciKeyIdentifier } from '@tegata/x509';
import type { SmDpContext } from '../context.ts';
import { progressDue, reportFailure } from '../es2plus/download-progress.ts';
import { sourcesOf } from '../profile/profile-states.ts';
import { type DownloadOrder, findOrder, whyNotDownload } from './download-order.ts';
import { endOrder } from './end-order.ts';
import { endBegunSession, endSession, lapseOf } from './rsp-session.ts';
import { credentialsOf, type SmDpPlus } from './sm-dp-plus.ts';

/**
 * ES9+.AuthenticateClient (SGP.22 section 5.6.3): verifies the eUICC, selects the profile waiting for it, and offers it.
 * The challenge is used up by the statement that stores the authenticated eUICC, binds the order to it and counts the try.
 */
export async function authenticateClient(
  context: SmDpContext,
  smDpPlus: SmDpPlus,
  { transactionId: received, authenticateServerResponse }: AuthenticateClientRequest,
): Promise<AuthenticateClientResponse> {
  const session = begunSession(context, smDpPlus, received);
  const { transactionId } = session;
  const { dpPb } = credentialsOf(smDpPlus, session);
  const euicc = await verify(context, smDpPlus, session, authenticateServerResponse);
  const order = await eligibleOrder(context, euicc, () => endBegunSession(context, session));
  const { smdpSigned2, smdpSignature2 } = await offerDownload(
    {
      transactionId,
      euiccSignature1: euicc.euiccSignature1,
      confirmationCodeRequired: order.confirmationCodeHash !== null,
      ...(order.boundOtpk && order.eid === euicc.eid && { bppEuiccOtpk: order.boundOtpk }),
    },
    dpPb.signer,
  );
  await take(context, session, euicc, order, smdpSignature2);
  return {
    transactionId: Buffer.from(transactionId),
    profileMetadata: Buffer.from(order.metadata),
    smdpSigned2: Buffer.from(smdpSigned2),
    smdpSignature2: Buffer.from(smdpSignature2),
    smdpCertificate: Buffer.from(dpPb.certificate.raw),
  };
}

/** The session as it was begun. @throws RspRefusal 8.10.1/3.9 when there is none, it has lapsed, or this process knows that it has gone on */
function begunSession(context: SmDpContext, smDpPlus: SmDpPlus, received: Uint8Array): BegunSession {
  const now = context.clock();
  const session = context.begunSessions.read(received, smDpPlus.server);
  if (session === undefined || lapseOf(context, session) <= now || context.sessions.recall(received, now)) {
    throw new RspRefusal('TRANSACTION_UNKNOWN');
  }
  return session;
}

async function verify(
  context: SmDpContext,
  smDpPlus: SmDpPlus,
  session: BegunSession,
  octets: Uint8Array,
): Promise<AuthenticatedEuicc> {
  const expected = { ...session, serverAddress: smDpPlus.server.address };
  try {
    return verifyAuthenticateServerResponse(octets, expected, context.clock(), {
      cache: context.certificateCache,
      isRevoked: smDpPlus.server.isRevoked,
    });
  } catch (error) {
    // The eUICC gives up. Nobody can say yet which order it was for.
    if (error instanceof EuiccReportedError) {
      context.logger.warn({ euiccErrorCode: error.euiccErrorCode }, 'eUICC refused to authenticate this SM-DP+');
      await endBegunSession(context, session);
    }
    throw error;
  }
}

/** The order, or the refusal that the session ends with. */
async function eligibleOrder(
  context: SmDpContext,
  euicc: AuthenticatedEuicc,
  end: () => Promise<void>,
): Promise<DownloadOrder> {
  const order = await findOrder(context, euicc);
  const why = whyNotDownload(order, euicc, context.clock());
  if (order !== undefined && why === undefined) return order;
  await end();
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
  WITH opened AS (
    INSERT INTO rsp_session (transaction_id, state, eid, iccid, euicc_public_key, smdp_signature2,
      ci_key_id, server_ci_key_id, created_at, expires_at)
    VALUES ($1, 'AUTHENTICATED', $2, $3, $4, $5, $9, $10, $11, $12) ON CONFLICT DO NOTHING RETURNING 1),
  taken AS (
    UPDATE profile SET eid = $2, download_tries_left = download_tries_left - 1
    WHERE iccid = $3 AND EXISTS (SELECT FROM opened) AND state = ANY($7::profile_state[]) AND (eid IS NULL OR eid = $2)
      AND download_tries_left > 0 AND (expires_at IS NULL OR expires_at > $6)
    RETURNING iccid, profile_type),
  told AS (
    INSERT INTO download_progress (iccid, eid, profile_type, point, created_at, due_at)
    SELECT iccid, $2, profile_type, 1, $6, $8 FROM taken)
  SELECT (SELECT count(*) FROM opened)::int AS opened, (SELECT count(*) FROM taken)::int AS taken`);

async function take(
  context: SmDpContext,
  session: BegunSession,
  euicc: AuthenticatedEuicc,
  order: DownloadOrder,
  smdpSignature2: Uint8Array,
): Promise<void> {
  const { database, clock, euiccKeys, sessions } = context;
  const { transactionId, ci, serverCiKeyId, begunAt } = session;
  const expiresAt = lapseOf(context, session);
  const { iccid } = order;
  const now = clock();
  const euiccPublicKey = euicc.euicc.subjectPublicKeyInfo;
  const [done] = await database.query<{ opened: number; taken: number }>(takeOrder, [
    transactionId,
    euicc.eid,
    iccid,
    euiccPublicKey,
    smdpSignature2,
    now,
    sourcesOf('deliver'),
    progressDue(context, now),
    ciKeyIdentifier(ci),
    serverCiKeyId,
    begunAt,
    expiresAt,
  ]);
  if (!done?.opened) throw new RspRefusal('TRANSACTION_UNKNOWN');
  euiccKeys.keep(euiccPublicKey, euicc.publicKey);
  if (done.taken) {
    // Tries of a confirmation code count across sessions: such an order is read each time.
    if (order.confirmationCodeHash !== null) return;
    const row = {
      transactionId: Buffer.from(transactionId),
      state: 'AUTHENTICATED',
      ciKeyId: Buffer.from(ciKeyIdentifier(ci)),
      serverCiKeyId: Buffer.from(serverCiKeyId),
      eid: euicc.eid,
      iccid,
      euiccPublicKey: Buffer.from(euiccPublicKey),
      smdpSignature2: Buffer.from(smdpSignature2),
    } as const;
    sessions.remember({ row, expiresAt, offered: order });
    return;
  }
  // Somebody was faster: the refusal is that of the order as it is now.
  await eligibleOrder(context, euicc, () => endSession(context, transactionId));
  throw new RspRefusal('MATCHING_ID_REFUSED');
}
