import type { SmDpContext } from './context.ts';
import { expireOrders } from './es9plus/end-order.ts';
import { attemptLifetimeMs } from './network-access/authentication-vector.ts';

/** Lets what is overdue lapse, and forgets what is no longer needed. What others are to be told is work of its own, which waits for them. */
export async function upkeep(context: SmDpContext): Promise<void> {
  await expireOrders(context);
  await forgetAttempts(context);
}

/** A vector that was not answered in time is of no use. */
export async function forgetAttempts({ prisma, clock }: SmDpContext): Promise<void> {
  await prisma.akaAttempt.deleteMany({
    where: { createdAt: { lt: new Date(clock().getTime() - attemptLifetimeMs) } },
  });
}
