import type { ConfirmOrderRequest, ConfirmOrderResponse } from '@tegata/contracts/gsma-rsp-v2';
import { isUniqueViolation, type Queryable, statement, type Vault } from '@tegata/database';
import { newMatchingId, RspRefusal } from '@tegata/rsp';
import type { SmDpContext } from '../context.ts';
import type { ProfileState } from '../generated/client.ts';
import { sealConfirmationCode } from '../profile/confirmation-code.ts';
import { canStart, sourcesOf } from '../profile/profile-states.ts';
import { addressOf } from '../profile-orders/order-view.ts';
import { requireReachable } from './sm-ds.ts';
import { settleEvents } from './smds-events.ts';

/**
 * ES2+.ConfirmOrder (SGP.22 section 5.3.2): gives the order its matching id and what it is bound to, and may release it. A
 * default order has no matching id: it is found by its EID. Confirmed at the listener of a set, it is an order of that set.
 */
export async function confirmOrder(
  context: SmDpContext,
  request: ConfirmOrderRequest,
  listener?: string,
): Promise<ConfirmOrderResponse> {
  const { database, random, vault } = context;
  const { matchingId, defaultOrder, confirmationCode, releaseFlag } = request;
  if (matchingId && defaultOrder) throw new RspRefusal('PARAMETER_INVALID');
  const smdsAddress = requireReachable(context, request.smdsAddress);
  const set = listener !== undefined && context.addressOfSet(listener) !== undefined ? listener : null;
  const confirmed = await confirmReserved(database, vault, {
    iccid: request.iccid,
    eid: request.eid,
    matchingId: defaultOrder ? null : matchingId || newMatchingId(random),
    // An event needs a name, which a default order does not have.
    eventId: defaultOrder && smdsAddress ? newMatchingId(random) : null,
    confirmationCode,
    smdsAddress,
    set: set ?? '',
    release: releaseFlag,
  });
  if (releaseFlag && smdsAddress) await settleEvents(context, request.iccid);
  return { eid: confirmed.eid ?? '', matchingId: confirmed.matchingId ?? '', smdpAddress: addressOf({ set }, context) };
}

/** What a confirmation says. */
export interface Confirmation {
  readonly iccid: string;
  /** Empty when it is not given with the confirmation. */
  readonly eid: string;
  /** Null for a default order. */
  readonly matchingId: string | null;
  readonly eventId: string | null;
  /** Empty for none. */
  readonly confirmationCode: string;
  /** Empty for none. */
  readonly smdsAddress: string;
  /** Set to whose listener activation code and event lead; empty for the SM-DP+'s own address. */
  readonly set?: string;
  readonly release: boolean;
  /** Default 3. */
  readonly confirmationTries?: number;
  /** Default 10. */
  readonly downloadTries?: number;
  readonly expiresAt?: Date | undefined;
  /** Metadata and its rules where the order changes them. */
  readonly metadata?: { readonly octets: Uint8Array; readonly policyRules: number } | undefined;
}

const confirm = statement(`
  UPDATE profile SET state = $1, eid = $2, matching_id = $3, event_id = $4, default_order = ($3::text IS NULL),
    confirmation_code_hash = $5, smds_address = $6, confirmation_tries_left = $7, download_tries_left = $8,
    expires_at = $9, metadata = COALESCE($10, metadata), policy_rules = COALESCE($11, policy_rules), listener_set = $14
  WHERE iccid = $12 AND state = ANY($13::profile_state[]) AND (eid IS NULL OR eid = $2)`);

/**
 * Confirms a reserved profile.
 * @returns the EID it is bound to, and its matching id
 * @throws RspRefusal 8.2.1/3.9, 8.2.1/1.2, 8.1.1/3.10, 8.1.1/2.2, 8.2.6/3.3.
 */
export async function confirmReserved(
  on: Queryable,
  vault: Vault,
  confirmation: Confirmation,
): Promise<{ eid: string | null; matchingId: string | null }> {
  const { iccid, matchingId, eventId, confirmationCode, smdsAddress } = confirmation;
  const [order] = await on.query<{ state: ProfileState; eid: string | null; taken: boolean }>(
    `SELECT state, eid, EXISTS (SELECT FROM profile WHERE event_id = $2 OR matching_id = $3) AS taken
     FROM profile WHERE iccid = $1`,
    [iccid, matchingId, eventId],
  );
  if (!order) throw new RspRefusal('ICCID_UNKNOWN', { subjectIdentifier: iccid });
  if (!canStart('confirm', order.state)) throw new RspRefusal('ICCID_NOT_ALLOWED', { subjectIdentifier: iccid });
  if (order.eid && confirmation.eid && order.eid !== confirmation.eid) throw new RspRefusal('EID_ALREADY_ASSOCIATED');
  const eid = order.eid ?? (confirmation.eid || null);
  // An event is for one EID, and so is a default order; without an EID there is nobody to find it.
  if ((smdsAddress || matchingId === null) && !eid) throw new RspRefusal('EID_MISSING');
  if (order.taken) throw new RspRefusal('MATCHING_ID_IN_USE');
  const count = await on
    .change(confirm, [
      confirmation.release ? 'RELEASED' : 'CONFIRMED',
      eid,
      matchingId,
      eventId === matchingId ? null : eventId,
      confirmationCode ? await sealConfirmationCode(vault, iccid, confirmationCode) : null,
      smdsAddress || null,
      confirmation.confirmationTries || 3,
      confirmation.downloadTries || 10,
      confirmation.expiresAt ?? null,
      confirmation.metadata?.octets ?? null,
      confirmation.metadata?.policyRules ?? null,
      iccid,
      sourcesOf('confirm'),
      confirmation.set || null,
    ])
    .catch((error: unknown) => {
      throw isUniqueViolation(error) ? new RspRefusal('MATCHING_ID_IN_USE', { cause: error }) : error;
    });
  // Another call confirmed or cancelled it in between.
  if (count === 0) throw new RspRefusal('ICCID_NOT_ALLOWED', { subjectIdentifier: iccid });
  return { eid, matchingId };
}
