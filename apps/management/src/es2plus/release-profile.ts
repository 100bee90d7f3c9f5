import type { ReleaseProfileRequest, ReleaseProfileResponse } from '@tegata/contracts/gsma-rsp-v2';
import { RspRefusal } from '@tegata/rsp';
import type { ManagementContext } from '../context.ts';
import { announceEvent } from './event-announcement.ts';

/** ES2+.ReleaseProfile (SGP.22 section 5.3.4): Confirmed becomes Released. */
export async function releaseProfile(
  context: ManagementContext,
  { iccid }: ReleaseProfileRequest,
): Promise<ReleaseProfileResponse> {
  const [released] = await context.prisma.profile.updateManyAndReturn({
    where: { iccid, state: 'CONFIRMED' },
    data: { state: 'RELEASED' },
    select: { eid: true, matchingId: true, smdsAddress: true },
  });
  if (!released) {
    const known = await context.prisma.profile.findUnique({ where: { iccid }, select: { iccid: true } });
    throw known ? new RspRefusal('ICCID_STATE_INVALID') : new RspRefusal('ICCID_UNKNOWN');
  }
  await announceEvent(context, released);
  return {};
}
