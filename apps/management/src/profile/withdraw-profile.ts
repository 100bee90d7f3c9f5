import type { ManagementContext } from '../context.ts';
import { withdrawEvent } from '../es2plus/event-announcement.ts';

/** Takes back the profile of a contract that ended without it, and its announcement. Nothing to take back is no error. */
export async function withdrawProfile(context: ManagementContext, contractId: string): Promise<void> {
  const [profile] = await context.prisma.profile.updateManyAndReturn({
    where: { contractId, state: { in: ['RELEASED', 'DOWNLOADED'] } },
    data: { state: 'UNAVAILABLE' },
    select: { eid: true, matchingId: true, smdsAddress: true, iccid: true },
  });
  if (!profile) return;
  await context.prisma.subscription.updateMany({ where: { iccid: profile.iccid }, data: { active: false } });
  await withdrawEvent(context, profile);
}
