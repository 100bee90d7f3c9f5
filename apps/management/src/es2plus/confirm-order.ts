import type { ConfirmOrderRequest, ConfirmOrderResponse } from '@tegata/contracts/gsma-rsp-v2';
import { isUniqueViolation } from '@tegata/database';
import { confirmationCodeHash as hashOfCode, newMatchingId, RspRefusal } from '@tegata/rsp';
import type { ManagementContext } from '../context.ts';
import { announceEvent } from './event-announcement.ts';

/** ES2+.ConfirmOrder (SGP.22 section 5.3.2): gives the order its matching id and what it is bound to, and may release it. */
export async function confirmOrder(
  context: ManagementContext,
  request: ConfirmOrderRequest,
): Promise<ConfirmOrderResponse> {
  const { prisma, random, carrier } = context;
  const { iccid, releaseFlag, smdsAddress, confirmationCode } = request;
  const order = await prisma.profile.findUnique({ where: { iccid }, select: { state: true, eid: true } });
  if (!order) throw new RspRefusal('ICCID_UNKNOWN');
  if (order.state !== 'ALLOCATED' && order.state !== 'LINKED') throw new RspRefusal('ICCID_NOT_ALLOWED');
  if (order.eid && request.eid && order.eid !== request.eid) throw new RspRefusal('EID_ALREADY_ASSOCIATED');
  const eid = order.eid ?? (request.eid || null);
  // An event is for one EID; without an EID there is nobody to announce it to.
  if (smdsAddress && !eid) throw new RspRefusal('EID_MISSING');
  const matchingId = request.matchingId || newMatchingId(random);
  const { count } = await prisma.profile
    .updateMany({
      where: { iccid, state: order.state, eid: order.eid },
      data: {
        eid,
        matchingId,
        confirmationCodeHash: confirmationCode ? new Uint8Array(hashOfCode(confirmationCode)) : null,
        smdsAddress: smdsAddress || null,
        state: releaseFlag ? 'RELEASED' : 'CONFIRMED',
      },
    })
    .catch((error: unknown) => {
      throw isUniqueViolation(error) ? new RspRefusal('MATCHING_ID_IN_USE') : error;
    });
  if (count === 0) throw new RspRefusal('ICCID_NOT_ALLOWED');
  if (releaseFlag) await announceEvent(context, { eid, matchingId, smdsAddress });
  return { eid: eid ?? '', matchingId, smdpAddress: carrier.address };
}
