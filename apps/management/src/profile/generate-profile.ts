import { prismaTransaction } from '@tegata/database';
import { buildProfilePackage } from '@tegata/profile-package';
import {
  newMatchingId,
  newProfileProtectionKeys,
  ProfileClass,
  type ProfileProtectionKeys,
  protectProfilePackage,
  StoreMetadataRequest,
} from '@tegata/rsp';
import type { Carrier } from '../carrier.ts';
import type { ManagementContext } from '../context.ts';
import type { Contract, Prisma } from '../generated/client.ts';
import { type Numbers, takeNumbers } from './numbers.ts';
import { sealProfileKeys } from './profile-keys.ts';
import { type SubscriptionKeys, sealSubscriptionKeys } from './subscription-keys.ts';

/** What a carrier's own profiles are called in orders. */
export const profileType = 'tegata-usim';

/**
 * S25/S51: makes the subscription and the profile of a contract, bound to its EID, and moves the contract on, in one
 * transaction. Repeating it, or doing it twice at once, makes one profile.
 */
export async function generateProfileForContract(context: ManagementContext, contract: Contract): Promise<void> {
  const { prisma, flow, random, clock, relayAddress } = context;
  await flow.record(contract.id, contract.byCertificate ? 'S51' : 'S25', () =>
    prismaTransaction(prisma, async (transaction: Prisma.TransactionClient) => {
      const { count } = await transaction.contract.updateMany({
        where: { id: contract.id, state: 'IDENTITY_ESTABLISHED' },
        data: { state: 'PROFILE_GENERATED', updatedAt: clock() },
      });
      if (count === 0) return;
      await storeProfile(context, transaction, {
        state: 'RELEASED',
        eid: contract.eid,
        matchingId: newMatchingId(random),
        smdsAddress: relayAddress,
        contractId: contract.id,
        expiresAt: contract.expiresAt,
      });
    }),
  );
}

/** Makes a subscription whose profile waits in stock for an order. */
export function createStockProfile(context: ManagementContext): Promise<Numbers> {
  return prismaTransaction(context.prisma, (transaction: Prisma.TransactionClient) =>
    storeProfile(context, transaction, { state: 'AVAILABLE' }),
  );
}

type Order = Pick<
  Prisma.ProfileUncheckedCreateInput,
  'state' | 'eid' | 'matchingId' | 'smdsAddress' | 'contractId' | 'expiresAt'
>;

async function storeProfile(
  { carrier, random, vault, clock }: ManagementContext,
  transaction: Prisma.TransactionClient,
  order: Order,
): Promise<Numbers> {
  const numbers = await takeNumbers(transaction, carrier);
  const keys: SubscriptionKeys = { k: random(16), opc: random(16) };
  const ppk = newProfileProtectionKeys(random);
  await transaction.profile.create({
    data: {
      ...order,
      iccid: numbers.iccid,
      profileType,
      metadata: new Uint8Array(metadataOf(carrier, numbers.iccid)),
      protectedPackage: new Uint8Array(protectPackage(carrier, numbers, keys, ppk, random)),
      profileKeys: await sealProfileKeys(vault, numbers.iccid, ppk),
      createdAt: clock(),
    },
  });
  await transaction.subscription.create({
    data: { ...numbers, keys: await sealSubscriptionKeys(vault, numbers.imsi, keys), createdAt: clock() },
  });
  return numbers;
}

/** The profile package with everything personal in it, protected with the profile's own keys. */
function protectPackage(
  { plmn, displayName }: Carrier,
  { imsi, iccid, msisdn }: Numbers,
  { k, opc }: SubscriptionKeys,
  ppk: ProfileProtectionKeys,
  random: (octets: number) => Uint8Array,
): Uint8Array {
  const upp = buildProfilePackage({
    iccid,
    imsi,
    msisdn,
    mncLength: plmn.mnc.length === 3 ? 3 : 2,
    spn: displayName,
    ki: k,
    opc,
    pin1: digits(random, 4),
    puk1: digits(random, 8),
    pin2: digits(random, 4),
    puk2: digits(random, 8),
    adm1: digits(random, 8),
  });
  return protectProfilePackage(upp, ppk);
}

/** What the user is shown, and where the eUICC reports: to this SM-DP+, of every change. */
function metadataOf({ displayName, plmn, address }: Carrier, iccid: string): Uint8Array {
  return StoreMetadataRequest.encode({
    iccid,
    serviceProviderName: displayName,
    profileName: `${displayName} ${iccid.slice(-5)}`,
    profileClass: ProfileClass.operational,
    notificationConfigurationInfo: [
      { profileManagementOperation: ['install', 'enable', 'disable', 'delete'], notificationAddress: address },
    ],
    profileOwner: { mccMnc: plmn.mcc + plmn.mnc },
  });
}

/** Decimal digits, each as likely as the others: octets of 250 and above are passed over. */
function digits(random: (octets: number) => Uint8Array, count: number): string {
  let drawn = '';
  while (drawn.length < count) for (const octet of random(count)) if (octet < 250) drawn += String(octet % 10);
  return drawn.slice(0, count);
}
