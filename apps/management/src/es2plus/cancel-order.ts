import {
  type CancelOrderRequest,
  type CancelOrderResponse,
  FinalProfileStatusIndicator,
} from '@tegata/contracts/gsma-rsp-v2';
import { RspRefusal } from '@tegata/rsp';
import type { ManagementContext } from '../context.ts';
import { withdrawEvent } from './event-announcement.ts';

const cancellable = ['ALLOCATED', 'LINKED', 'CONFIRMED', 'RELEASED'] as const;

/** ES2+.CancelOrder (SGP.22 section 5.3.3): the order is forgotten, the profile free again or withdrawn. */
export async function cancelOrder(
  context: ManagementContext,
  { iccid, eid, matchingId, finalProfileStatusIndicator }: CancelOrderRequest,
): Promise<CancelOrderResponse> {
  const order = await context.prisma.profile.findUnique({
    where: { iccid },
    select: { state: true, eid: true, matchingId: true, smdsAddress: true, contractId: true },
  });
  if (!order) throw new RspRefusal('ICCID_UNKNOWN');
  if (eid && order.eid !== eid) throw new RspRefusal('EID_ALREADY_ASSOCIATED');
  if (matchingId && order.matchingId !== matchingId) throw new RspRefusal('MATCHING_ID_REFUSED');
  // A profile made for a contract ends with its contract, not by an order.
  const state = cancellable.find((candidate) => candidate === order.state);
  if (!state || order.contractId) throw new RspRefusal('ICCID_NOT_ALLOWED');
  const available = finalProfileStatusIndicator === FinalProfileStatusIndicator.AVAILABLE;
  const { count } = await context.prisma.profile.updateMany({
    where: { iccid, state },
    data: {
      state: available ? 'AVAILABLE' : 'UNAVAILABLE',
      eid: null,
      matchingId: null,
      confirmationCodeHash: null,
      smdsAddress: null,
    },
  });
  if (count === 0) throw new RspRefusal('ICCID_NOT_ALLOWED');
  if (order.smdsAddress) await withdrawEvent(context, order);
  return {};
}
