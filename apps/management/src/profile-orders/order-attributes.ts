import { type OrderAttributes, ProfilePolicyRule } from '@tegata/contracts/management-v1';
import { newMatchingId, type PprId, RspRefusal } from '@tegata/rsp';
import { refusal } from '@tegata/service-kit';
import type { SmDpContext } from '../context.ts';
import type { Confirmation } from '../es2plus/confirm-order.ts';
import { requireReachable } from '../es2plus/sm-ds.ts';

/** The attributes of an order that was not described. */
export const plainOrder: OrderAttributes = {
  eid: '',
  eventId: '',
  smdsAddress: '',
  confirmationCode: '',
  confirmationTries: 0,
  downloadTries: 0,
  policyRules: [],
  hold: false,
  set: '',
  selection: undefined,
  expireTime: undefined,
};

/** What an order asks for, as ES2+ would have it confirmed. The profile's metadata is not looked at. */
export type OrderWish = Omit<Confirmation, 'iccid' | 'metadata'> & { readonly policyRules: readonly PprId[] };

/**
 * Reads the attributes of an order.
 * @throws RspRefusal 8.1.1/2.2, 8.9/5.1; ServiceError METADATA_INVALID, SET_UNKNOWN.
 */
export function readOrder(
  context: Pick<SmDpContext, 'smDsServers' | 'random' | 'addressOfSet'>,
  order: OrderAttributes,
): OrderWish {
  const { selection, eid, set } = order;
  const smdsAddress = requireReachable(context, order.smdsAddress);
  if (set && context.addressOfSet(set) === undefined) throw refusal('SET_UNKNOWN');
  const defaultOrder = selection?.$case === 'defaultOrder' && selection.value;
  const named = selection?.$case === 'matchingId' ? selection.value : '';
  if ((defaultOrder || smdsAddress) && !eid) throw new RspRefusal('EID_MISSING');
  return {
    eid,
    matchingId: defaultOrder ? null : named || newMatchingId(context.random),
    // An event needs a name, which a default order does not have.
    eventId: order.eventId || (defaultOrder && smdsAddress ? newMatchingId(context.random) : null),
    confirmationCode: order.confirmationCode,
    smdsAddress,
    set,
    release: !order.hold,
    confirmationTries: order.confirmationTries,
    downloadTries: order.downloadTries,
    expiresAt: order.expireTime,
    policyRules: [...new Set(order.policyRules.map(policyRule))],
  };
}

function policyRule(rule: ProfilePolicyRule): PprId {
  if (rule === ProfilePolicyRule.PPR1) return 'ppr1';
  if (rule === ProfilePolicyRule.PPR2) return 'ppr2';
  throw refusal('METADATA_INVALID');
}
