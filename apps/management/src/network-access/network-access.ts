import { createHash, timingSafeEqual } from 'node:crypto';
import { milenage, resynchronise as takeAuts } from '@tegata/aka';
import type {
  ConfirmAuthenticationRequest,
  ConfirmAuthenticationResponse,
  RequestAuthenticationRequest,
  RequestAuthenticationResponse,
  ResynchroniseRequest,
  ResynchroniseResponse,
} from '@tegata/contracts/management-v1';
import { isUuid } from '@tegata/operations';
import { refusal } from '@tegata/service-kit';
import type { SmDpContext } from '../context.ts';
import type { AkaAttempt, Subscription } from '../generated/client.ts';
import { openSubscriptionKeys } from '../profile/subscription-keys.ts';
import { attemptLifetimeMs, challengeSubscription } from './authentication-vector.ts';

/** The authentication centre's side of AKA (3GPP TS 33.102 section 6.3), as an attaching phone meets it. */
export function networkAccess(context: SmDpContext) {
  return {
    async requestAuthentication({ imsi }: RequestAuthenticationRequest): Promise<RequestAuthenticationResponse> {
      return { challenge: await challengeSubscription(context, imsi) };
    },

    /** An attempt is used up by its first answer, right or wrong. */
    async confirmAuthentication(request: ConfirmAuthenticationRequest): Promise<ConfirmAuthenticationResponse> {
      const { xresDigest, subscription } = await useAttempt(context, request.attemptId);
      if (!timingSafeEqual(createHash('sha256').update(request.res).digest(), xresDigest)) {
        throw refusal('AKA_RESPONSE_WRONG');
      }
      return { networkName: context.carrier.displayName, msisdn: subscription.msisdn };
    },

    async resynchronise({ attemptId, auts }: ResynchroniseRequest): Promise<ResynchroniseResponse> {
      const { rand, subscription } = await useAttempt(context, attemptId);
      const { imsi, sqn } = subscription;
      const functions = milenage(await openSubscriptionKeys(context.vault, subscription));
      const result = takeAuts(functions, { rand, auts, lastSqn: sqn });
      if (result.outcome === 'macFailure') {
        throw refusal('AKA_AUTS_WRONG');
      }
      if (result.outcome === 'resynchronised') {
        // Only if nobody else has moved it: then the next vector is tried as it is.
        await context.prisma.subscription.updateMany({ where: { imsi, sqn }, data: { sqn: result.nextSqn } });
      }
      return { challenge: await challengeSubscription(context, imsi) };
    },
  };
}

async function useAttempt(
  { prisma, clock }: SmDpContext,
  id: string,
): Promise<AkaAttempt & { subscription: Subscription }> {
  const now = clock();
  const { count } = isUuid(id)
    ? await prisma.akaAttempt.updateMany({
        where: { id, answeredAt: null, createdAt: { gt: new Date(now.getTime() - attemptLifetimeMs) } },
        data: { answeredAt: now },
      })
    : { count: 0 };
  if (count === 0) throw refusal('ATTEMPT_UNKNOWN');
  return prisma.akaAttempt.findUniqueOrThrow({ where: { id }, include: { subscription: true } });
}
