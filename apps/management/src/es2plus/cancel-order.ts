import {
  type CancelOrderRequest,
  type CancelOrderResponse,
  FinalProfileStatusIndicator,
} from '@tegata/contracts/gsma-rsp-v2';
import { statement } from '@tegata/database';
import { RspRefusal } from '@tegata/rsp';
import type { SmDpContext } from '../context.ts';
import type { ProfileState } from '../generated/client.ts';
import { canStart, sourcesOf } from '../profile/profile-states.ts';
import { settleEvents } from './smds-events.ts';

const cancel = statement(`
  UPDATE profile SET state = $1, error_reason = NULL, eid = NULL, matching_id = NULL, event_id = NULL, default_order = false,
    confirmation_code_hash = NULL, smds_address = NULL, ordered_at = NULL, expires_at = NULL
  WHERE iccid = $2 AND state = ANY($3::profile_state[]) AND contract_id IS NULL
    AND eid IS NOT DISTINCT FROM $4 AND matching_id IS NOT DISTINCT FROM $5`);

/**
 * ES2+.CancelOrder (SGP.22 section 5.3.3): the order is forgotten, with its event and its sessions; the profile is free again
 * or withdrawn.
 */
export async function cancelOrder(
  context: SmDpContext,
  { iccid, eid, matchingId, finalProfileStatusIndicator }: CancelOrderRequest,
): Promise<CancelOrderResponse> {
  const { database } = context;
  const [order] = await database.query<{
    state: ProfileState;
    eid: string | null;
    matchingId: string | null;
    announced: boolean;
    contracted: boolean;
  }>(
    `SELECT state, eid, matching_id AS "matchingId", smds_address IS NOT NULL AS announced,
       contract_id IS NOT NULL AS contracted FROM profile WHERE iccid = $1`,
    [iccid],
  );
  if (!order) throw new RspRefusal('ICCID_UNKNOWN', { subjectIdentifier: iccid });
  if (eid && order.eid !== eid) throw new RspRefusal('EID_ALREADY_ASSOCIATED');
  if (matchingId && order.matchingId !== matchingId) throw new RspRefusal('MATCHING_ID_REFUSED');
  const available = finalProfileStatusIndicator === FinalProfileStatusIndicator.AVAILABLE;
  // A profile made for a contract ends with its contract, not by an order.
  const cancelled =
    canStart('cancel', order.state) &&
    !order.contracted &&
    (await database.change(cancel, [
      available ? 'AVAILABLE' : 'UNAVAILABLE',
      iccid,
      sourcesOf('cancel'),
      order.eid,
      order.matchingId,
    ])) === 1;
  if (!cancelled) throw new RspRefusal('ICCID_NOT_ALLOWED', { subjectIdentifier: iccid });
  if (order.announced) await settleEvents(context, iccid);
  return {};
}
