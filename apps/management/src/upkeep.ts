import type { SmDpContext } from './context.ts';
import { tellOperator } from './es2plus/download-progress.ts';
import { settleEvents } from './es2plus/smds-events.ts';
import { expireOrders } from './es9plus/end-order.ts';
import { attemptLifetimeMs } from './network-access/authentication-vector.ts';

/** Takes up what a killed process left half done of the SM-DP+, lets what is overdue lapse, forgets what is no longer needed. */
export async function upkeep(context: SmDpContext): Promise<void> {
  await expireOrders(context);
  await settleEvents(context);
  await tellOperator(context);
  await forgetAttempts(context);
}

/** A vector that was not answered in time is of no use. */
export async function forgetAttempts({ prisma, clock }: SmDpContext): Promise<void> {
  await prisma.akaAttempt.deleteMany({
    where: { createdAt: { lt: new Date(clock().getTime() - attemptLifetimeMs) } },
  });
}
