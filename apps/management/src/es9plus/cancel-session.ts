import type { CancelSessionRequest, CancelSessionResponse } from '@tegata/contracts/gsma-rsp-v2';
import { statement } from '@tegata/database';
import { CancelSessionReason, RspRefusal, verifyCancelSessionResponse } from '@tegata/rsp';
import type { SmDpContext } from '../context.ts';
import { progressDue } from '../es2plus/download-progress.ts';
import { settleEventsSoon } from '../es2plus/smds-events.ts';
import { sourcesOf, transitions } from '../profile/profile-states.ts';
import { authenticatedSession } from './rsp-session.ts';
import { credentialsOf, type SmDpPlus } from './sm-dp-plus.ts';

/** Reasons after which the order waits for another try (SGP.22 section 3.0.2); after all others it is over. */
const passing: readonly number[] = [CancelSessionReason.postponed, CancelSessionReason.timeout];

const nameOfReason = new Map<number, string>(Object.entries(CancelSessionReason).map(([name, value]) => [value, name]));

/** An order of a contract stays: a contract has an end of its own. */
const cancel = statement(`
  WITH ended AS (
    UPDATE rsp_session SET state = 'ENDED', bound_head = NULL, euicc_otpk = NULL
    WHERE transaction_id = $1 AND state IN ('AUTHENTICATED', 'BOUND')
    RETURNING iccid, eid),
  rejected AS (
    UPDATE profile p SET state = 'ERROR', error_reason = $2 FROM ended
    WHERE $3 AND p.iccid = ended.iccid AND p.eid = ended.eid AND p.contract_id IS NULL
      AND p.state = ANY($4::profile_state[])
    RETURNING p.smds_address),
  told AS (
    INSERT INTO download_progress (iccid, eid, profile_type, point, subject_code, reason_code, message, created_at, due_at)
    SELECT p.iccid, ended.eid, p.profile_type, $5, '8.1', '3.8', $6, $7, $8
    FROM ended JOIN profile p ON p.iccid = ended.iccid)
  SELECT (SELECT count(*) FROM ended)::int AS ended, (SELECT smds_address FROM rejected) AS "smdsAddress"`);

/** ES9+.CancelSession (SGP.22 section 5.6.5): ends the session for the reason the eUICC signed, and the order with most. */
export async function cancelSession(
  context: SmDpContext,
  smDpPlus: SmDpPlus,
  { transactionId: received, cancelSessionResponse }: CancelSessionRequest,
): Promise<CancelSessionResponse> {
  const session = await authenticatedSession(context, received);
  const { transactionId, iccid } = session;
  const { reason } = verifyCancelSessionResponse(cancelSessionResponse, {
    transactionId,
    euiccPublicKey: context.euiccKeys.of(session),
    smdpOid: credentialsOf(smDpPlus, session).oid,
  });
  const now = context.clock();
  const [done] = await context.database.query<{ ended: number; smdsAddress: string | null }>(cancel, [
    transactionId,
    transitions.rejectByEuicc.error,
    !passing.includes(reason),
    sourcesOf('rejectByEuicc'),
    // Before its package left, a download ends at the user's confirmation.
    session.state === 'BOUND' ? 3 : 2,
    `ES10b.CancelSession: ${nameOfReason.get(reason) ?? `reason ${reason}`}`,
    now,
    progressDue(context, now),
  ]);
  context.sessions.forget(transactionId);
  if (!done?.ended) throw new RspRefusal('TRANSACTION_UNKNOWN');
  context.logger.info({ iccid, reason }, 'download session cancelled');
  if (done.smdsAddress) await settleEventsSoon(context, iccid);
  return {};
}
