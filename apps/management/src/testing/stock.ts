import type { SmDpContext } from '../context.ts';
import { makeProfile, type ProfileWish } from '../profile/make-profile.ts';
import { takeNumbers } from '../profile/numbers.ts';

/** A list with at least one element. */
type Some<T> = [T, ...T[]] & { 1: T; 2: T; 3: T };

/** Stores profiles that wait for an order, and returns their ICCIDs in the order they were stored. */
export async function storeStock(
  context: SmDpContext,
  count: number,
  more: Pick<ProfileWish, 'profileType' | 'display'> = {},
): Promise<Some<string>> {
  const iccids: string[] = [];
  for (let n = 0; n < count; n++) {
    const profile = await makeProfile(context, { numbers: await takeNumbers(context), ...more });
    const { iccid } = profile.numbers;
    await context.prisma.profile.create({
      data: {
        iccid,
        profileType: profile.profileType,
        metadata: new Uint8Array(profile.metadata.octets),
        protectedPackage: new Uint8Array(profile.protectedPackage),
        profileKeys: profile.sealed.profileKeys,
        createdAt: new Date(context.clock().getTime() + n),
      },
    });
    iccids.push(iccid);
  }
  return iccids as Some<string>;
}
