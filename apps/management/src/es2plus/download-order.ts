import type { DownloadOrderRequest, DownloadOrderResponse } from '@tegata/contracts/gsma-rsp-v2';
import { RspRefusal } from '@tegata/rsp';
import type { ManagementContext } from '../context.ts';

/** ES2+.DownloadOrder (SGP.22 section 5.3.1): Available becomes Allocated, or Linked when an EID is given. */
export async function downloadOrder(
  { prisma }: ManagementContext,
  { eid, profile }: DownloadOrderRequest,
): Promise<DownloadOrderResponse> {
  const data = eid === '' ? ({ state: 'ALLOCATED' } as const) : ({ state: 'LINKED', eid } as const);
  if (profile?.$case === 'iccid') {
    const iccid = profile.value;
    const { count } = await prisma.profile.updateMany({ where: { iccid, state: 'AVAILABLE' }, data });
    if (count === 1) return { iccid };
    const known = await prisma.profile.findUnique({ where: { iccid }, select: { state: true } });
    throw known ? new RspRefusal('ICCID_UNAVAILABLE') : new RspRefusal('ICCID_UNKNOWN');
  }
  const profileType = profile?.value ?? '';
  for (;;) {
    const free = await prisma.profile.findFirst({
      where: { profileType, state: 'AVAILABLE' },
      orderBy: { createdAt: 'asc' },
      select: { iccid: true },
    });
    if (!free) {
      const known = await prisma.profile.findFirst({ where: { profileType }, select: { iccid: true } });
      throw known ? new RspRefusal('PROFILE_TYPE_EXHAUSTED') : new RspRefusal('PROFILE_TYPE_UNKNOWN');
    }
    const { count } = await prisma.profile.updateMany({ where: { iccid: free.iccid, state: 'AVAILABLE' }, data });
    if (count === 1) return { iccid: free.iccid };
    // Another order took it in between: look for the next.
  }
}
