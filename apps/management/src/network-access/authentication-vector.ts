import { createHash, randomUUID } from 'node:crypto';
import { generateAuthenticationVector, milenage } from '@tegata/aka';
import type { AuthenticationChallenge } from '@tegata/contracts/management-v1';
import { refusal } from '@tegata/service-kit';
import type { SmDpContext } from '../context.ts';
import type { Subscription } from '../generated/client.ts';
import { openSubscriptionKeys } from '../profile/subscription-keys.ts';

/** Separation bit of AMF set, as for LTE and 5G (3GPP TS 33.102 annex H). */
const amf = Uint8Array.of(0x80, 0x00);

/** An unanswered challenge is good for this long. */
export const attemptLifetimeMs = 60_000;

/**
 * A fresh vector for a subscription. Its sequence number is taken by a conditional update before the vector exists, so
 * that none is ever given out twice.
 * @throws ServiceError NOT_FOUND (SUBSCRIPTION_UNKNOWN), FAILED_PRECONDITION (SUBSCRIPTION_NOT_ACTIVE).
 */
export async function challengeSubscription(context: SmDpContext, imsi: string): Promise<AuthenticationChallenge> {
  const { prisma, clock, random } = context;
  for (;;) {
    const subscription = await activeSubscription(context, imsi);
    const functions = milenage(await openSubscriptionKeys(context.vault, subscription));
    const { vector, nextSqn } = generateAuthenticationVector(functions, {
      rand: random(16),
      lastSqn: subscription.sqn,
      amf,
    });
    const id = randomUUID();
    const [{ count }] = await prisma.$transaction([
      prisma.subscription.updateMany({ where: { imsi, sqn: subscription.sqn, active: true }, data: { sqn: nextSqn } }),
      prisma.akaAttempt.create({
        data: {
          id,
          imsi,
          rand: new Uint8Array(vector.rand),
          xresDigest: new Uint8Array(createHash('sha256').update(vector.xres).digest()),
          createdAt: clock(),
        },
      }),
    ]);
    // Another attempt took the number: this vector is never shown.
    if (count === 0) continue;
    return { attemptId: id, rand: Buffer.from(vector.rand), autn: Buffer.from(vector.autn) };
  }
}

async function activeSubscription({ prisma }: SmDpContext, imsi: string): Promise<Subscription> {
  const subscription = await prisma.subscription.findUnique({ where: { imsi } });
  if (!subscription) throw refusal('SUBSCRIPTION_UNKNOWN');
  if (!subscription.active) throw refusal('SUBSCRIPTION_NOT_ACTIVE');
  return subscription;
}
