import type { SmDpContext } from '../context.ts';
import { settleEvents } from '../es2plus/smds-events.ts';
import { sourcesOf } from './profile-states.ts';

/** Takes back the profile of a contract that ended without it, and its announcement. Nothing to take back is no error. */
export async function withdrawProfile(context: SmDpContext, contractId: string): Promise<void> {
  const [profile] = await context.prisma.profile.updateManyAndReturn({
    where: { contractId, state: { in: sourcesOf('withdraw') } },
    data: { state: 'UNAVAILABLE', errorReason: null },
    select: { iccid: true },
  });
  if (!profile) return;
  await context.prisma.subscription.updateMany({ where: { iccid: profile.iccid }, data: { active: false } });
  await settleEvents(context, profile.iccid);
}
