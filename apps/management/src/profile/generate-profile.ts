import { prismaTransaction } from '@tegata/database';
import { newMatchingId } from '@tegata/rsp';
import type { ManagementContext, SmDpContext } from '../context.ts';
import type { Contract, Prisma } from '../generated/client.ts';
import { type MadeProfile, makeProfile } from './make-profile.ts';
import { type Numbers, takeNumbers } from './numbers.ts';

/**
 * S25/S51: makes the subscription and the profile of a contract, bound to its EID, and moves the contract on, in one
 * transaction. Repeating it, or doing it twice at once, makes one profile.
 */
export async function generateProfileForContract(context: ManagementContext, contract: Contract): Promise<void> {
  const { prisma, flow, random, clock, relayAddress } = context;
  await flow.record(contract.id, contract.byCertificate ? 'S51' : 'S25', async () => {
    const profile = await makeProfile(context, { numbers: await takeNumbers(context) });
    await prismaTransaction(prisma, async (transaction: Prisma.TransactionClient) => {
      const { count } = await transaction.contract.updateMany({
        where: { id: contract.id, state: 'IDENTITY_ESTABLISHED' },
        data: { state: 'PROFILE_GENERATED', updatedAt: clock() },
      });
      if (count === 0) return;
      await storeProfile(context, transaction, profile, {
        state: 'RELEASED',
        eid: contract.eid,
        matchingId: newMatchingId(random),
        smdsAddress: relayAddress,
        contractId: contract.id,
        orderedAt: clock(),
        expiresAt: contract.expiresAt,
      });
    });
  });
}

/** Makes a subscription whose profile waits in stock for an order. */
export async function createStockProfile(context: SmDpContext): Promise<Numbers> {
  const numbers = await takeNumbers(context);
  const profile = await makeProfile(context, { numbers });
  await prismaTransaction(context.prisma, (transaction: Prisma.TransactionClient) =>
    storeProfile(context, transaction, profile, { state: 'AVAILABLE' }),
  );
  return numbers;
}

type Order = Pick<
  Prisma.ProfileUncheckedCreateInput,
  'state' | 'eid' | 'matchingId' | 'smdsAddress' | 'contractId' | 'orderedAt' | 'expiresAt'
>;

async function storeProfile(
  { clock }: SmDpContext,
  transaction: Prisma.TransactionClient,
  { numbers, profileType, metadata, protectedPackage, sealed }: MadeProfile,
  order: Order,
): Promise<void> {
  const createdAt = clock();
  await transaction.profile.create({
    data: {
      ...order,
      iccid: numbers.iccid,
      profileType,
      metadata: new Uint8Array(metadata.octets),
      policyRules: metadata.policyRules,
      protectedPackage: new Uint8Array(protectedPackage),
      profileKeys: sealed.profileKeys,
      codes: sealed.codes,
      createdAt,
    },
  });
  await transaction.subscription.create({ data: { ...numbers, keys: sealed.subscriptionKeys, createdAt } });
}
