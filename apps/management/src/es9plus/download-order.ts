import { type AuthenticatedEuicc, parseExtCardResource, RspRefusal } from '@tegata/rsp';
import type { ManagementContext } from '../context.ts';
import type { Profile } from '../generated/client.ts';

/** What of a profile a download needs. */
const select = {
  iccid: true,
  state: true,
  eid: true,
  metadata: true,
  confirmationCodeHash: true,
  confirmationTriesLeft: true,
  downloadTriesLeft: true,
  expiresAt: true,
  contractId: true,
} as const;

/** An order that an eUICC may download. */
export type DownloadOrder = Pick<Profile, keyof typeof select>;

/**
 * Selects the order that an authenticated eUICC asks for (SGP.22 section 3.1.3.2): known, released, for this EID, in time,
 * with tries left, and small enough for the card. The first authenticated EID that asks for an unbound order gets it.
 * @throws RspRefusal 8.2.6/3.8, 8.2/1.2, 8.1.1/3.8, 8.8.5/4.10, 8.8.5/6.4, 8.1/4.8.
 */
export async function selectOrder(
  { prisma, clock }: ManagementContext,
  { eid, matchingId, euiccInfo2 }: AuthenticatedEuicc,
): Promise<DownloadOrder> {
  const order = matchingId === '' ? null : await prisma.profile.findUnique({ where: { matchingId }, select });
  if (!order) throw new RspRefusal('MATCHING_ID_REFUSED');
  if (order.state === 'CONFIRMED') throw new RspRefusal('PROFILE_NOT_RELEASED');
  if (order.state !== 'RELEASED' && order.state !== 'DOWNLOADED') throw new RspRefusal('MATCHING_ID_REFUSED');
  if (order.eid !== null && order.eid !== eid) throw new RspRefusal('EID_REFUSED');
  if (order.expiresAt && order.expiresAt <= clock()) throw new RspRefusal('DOWNLOAD_ORDER_EXPIRED');
  if (order.downloadTriesLeft < 1) throw new RspRefusal('DOWNLOAD_ORDER_EXHAUSTED');
  const [size] = await prisma.$queryRaw<{ octets: number }[]>`
    SELECT octet_length(protected_package) AS octets FROM profile WHERE iccid = ${order.iccid}`;
  if (parseExtCardResource(euiccInfo2.extCardResource).freeNonVolatileMemory < Number(size?.octets ?? 0)) {
    throw new RspRefusal('EUICC_MEMORY_INSUFFICIENT');
  }
  if (order.eid === null) {
    const { count } = await prisma.profile.updateMany({ where: { iccid: order.iccid, eid: null }, data: { eid } });
    if (count === 0) throw new RspRefusal('EID_REFUSED');
  }
  return order;
}
