import {
  type CancelOrderRequest,
  type CancelOrderResponse,
  FinalProfileStatusIndicator,
} from '@tegata/contracts/gsma-rsp-v2';
import { statement } from '@tegata/database';
import { RspRefusal } from '@tegata/rsp';
import type { SmDpContext } from '../context.ts';
import type { ProfileState } from '../generated/client.ts';
import { withPolicyRules } from '../profile/profile-metadata.ts';
import { canStart, sourcesOf } from '../profile/profile-states.ts';
import { settleEvents } from './smds-events.ts';

const cancel = statement(`
  UPDATE profile SET state = $1, error_reason = NULL, eid = NULL, matching_id = NULL, event_id = NULL, default_order = false,
    confirmation_code_hash = NULL, smds_address = NULL, listener_set = NULL, ordered_at = NULL, expires_at = NULL,
    metadata = COALESCE($6, metadata), policy_rules = 0
  WHERE iccid = $2 AND state = ANY($3::profile_state[]) AND contract_id IS NULL
    AND eid IS NOT DISTINCT FROM $4 AND matching_id IS NOT DISTINCT FROM $5`);

const find = statement(`
  SELECT state, eid, matching_id AS "matchingId", smds_address IS NOT NULL AS announced, contract_id IS NOT NULL AS contracted,
    CASE WHEN policy_rules <> 0 THEN metadata END AS "ruledMetadata"
  FROM profile WHERE iccid = $1`);

/**
 * ES2+.CancelOrder (SGP.22 section 5.3.3): the order is forgotten, with its event, its policy rules and its sessions; the
 * profile is free again or withdrawn.
 */
export async function cancelOrder(context: SmDpContext, request: CancelOrderRequest): Promise<CancelOrderResponse> {
  const { iccid } = request;
  for (;;) {
    const order = await cancellableOrder(context, request);
    const available = request.finalProfileStatusIndicator === FinalProfileStatusIndicator.AVAILABLE;
    const cancelled = await context.database.change(cancel, [
      available ? 'AVAILABLE' : 'UNAVAILABLE',
      iccid,
      sourcesOf('cancel'),
      order.eid,
      order.matchingId,
      // Rules are of the order: the next one must not find its profile under them.
      order.ruledMetadata && withPolicyRules(order.ruledMetadata, []).octets,
    ]);
    // Changed in between, such as bound to the first eUICC that asked for it: it is for its new state to say.
    if (cancelled === 0) continue;
    if (order.announced) await settleEvents(context, iccid);
    return {};
  }
}

/** @throws RspRefusal 8.2.1/3.9, 8.2.1/3.10, 8.2.6/3.10, 8.2.1/1.2. */
async function cancellableOrder({ database }: SmDpContext, { iccid, eid, matchingId }: CancelOrderRequest) {
  const [order] = await database.query<{
    state: ProfileState;
    eid: string | null;
    matchingId: string | null;
    announced: boolean;
    ruledMetadata: Buffer | null;
    contracted: boolean;
  }>(find, [iccid]);
  if (!order) throw new RspRefusal('ICCID_UNKNOWN', { subjectIdentifier: iccid });
  if (eid && order.eid !== eid) throw new RspRefusal('ICCID_OF_ANOTHER_EID');
  if (matchingId && order.matchingId !== matchingId) throw new RspRefusal('MATCHING_ID_NOT_ASSOCIATED');
  // A profile made for a contract ends with its contract, not by an order.
  if (!canStart('cancel', order.state) || order.contracted) {
    throw new RspRefusal('ICCID_NOT_ALLOWED', { subjectIdentifier: iccid });
  }
  return order;
}
