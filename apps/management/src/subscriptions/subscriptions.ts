import type {
  CreateSubscriptionResponse,
  ListContractsRequest,
  ListContractsResponse,
  ListSubscriptionsRequest,
  ListSubscriptionsResponse,
  SetSubscriptionActiveRequest,
  SetSubscriptionActiveResponse,
  Subscription as SubscriptionMessage,
} from '@tegata/contracts/management-v1';
import { isUuid } from '@tegata/operations';
import { refusal } from '@tegata/service-kit';
import type { SmDpContext } from '../context.ts';
import { showState } from '../contract-desk/contract-view.ts';
import type { Prisma } from '../generated/client.ts';
import { createStockProfile } from '../profile/generate-profile.ts';
import { orderStates } from '../profile-orders/order-view.ts';

const include = { profile: { select: { state: true, eid: true } } } as const;
type SubscriptionWithProfile = Prisma.SubscriptionGetPayload<{ include: typeof include }>;

const show = ({ imsi, msisdn, iccid, active, profile, createdAt }: SubscriptionWithProfile): SubscriptionMessage => ({
  imsi,
  msisdn,
  iccid,
  active,
  profileState: orderStates[profile.state],
  eid: profile.eid ?? '',
  createTime: createdAt,
});

const defaultPageSize = 50;

/** Where a page begins: a condition that the index of times begins at, which Prisma's own cursor is not. */
const after = ({ createdAt }: { createdAt: Date }) => ({ createdAt: { lte: createdAt } });

/** The operator's view of subscriptions and contracts. Keys, PINs and applicants are never in it. */
export function subscriptions(context: SmDpContext) {
  const { prisma } = context;
  return {
    async createSubscription(): Promise<CreateSubscriptionResponse> {
      const { imsi } = await createStockProfile(context);
      return { subscription: show(await prisma.subscription.findUniqueOrThrow({ where: { imsi }, include })) };
    },

    async listSubscriptions({ pageSize, pageToken }: ListSubscriptionsRequest): Promise<ListSubscriptionsResponse> {
      const take = pageSize || defaultPageSize;
      const last = pageToken ? await prisma.subscription.findUnique({ where: { imsi: pageToken } }) : null;
      const rows = await prisma.subscription.findMany({
        ...(last && {
          where: { ...after(last), OR: [{ createdAt: { lt: last.createdAt } }, { imsi: { lt: last.imsi } }] },
        }),
        take,
        orderBy: [{ createdAt: 'desc' }, { imsi: 'desc' }],
        include,
      });
      return { subscriptions: rows.map(show), nextPageToken: rows.length === take ? (rows.at(-1)?.imsi ?? '') : '' };
    },

    async setSubscriptionActive(request: SetSubscriptionActiveRequest): Promise<SetSubscriptionActiveResponse> {
      const { imsi, active } = request;
      const { count } = await prisma.subscription.updateMany({ where: { imsi }, data: { active } });
      if (count === 0) throw refusal('SUBSCRIPTION_UNKNOWN');
      return { subscription: show(await prisma.subscription.findUniqueOrThrow({ where: { imsi }, include })) };
    },

    async listContracts({ pageSize, pageToken }: ListContractsRequest): Promise<ListContractsResponse> {
      const take = pageSize || defaultPageSize;
      const last = isUuid(pageToken) ? await prisma.contract.findUnique({ where: { id: pageToken } }) : null;
      const rows = await prisma.contract.findMany({
        ...(last && {
          where: { ...after(last), OR: [{ createdAt: { lt: last.createdAt } }, { id: { lt: last.id } }] },
        }),
        take,
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        select: {
          ...{ id: true, state: true, byCertificate: true, createdAt: true, unconfirmedAttributes: true },
          profile: { select: { iccid: true } },
        },
      });
      return {
        contracts: rows.map(({ id, state, byCertificate, createdAt, unconfirmedAttributes, profile }) => ({
          contractId: id,
          state: showState(state),
          byCertificate,
          iccid: profile?.iccid ?? '',
          createTime: createdAt,
          unconfirmedAttributes,
        })),
        nextPageToken: rows.length === take ? (rows.at(-1)?.id ?? '') : '',
      };
    },
  };
}
