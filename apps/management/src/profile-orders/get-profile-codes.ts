import type { GetProfileCodesRequest, GetProfileCodesResponse } from '@tegata/contracts/management-v1';
import { statement } from '@tegata/database';
import { refusal } from '@tegata/service-kit';
import type { SmDpContext } from '../context.ts';
import { openProfileCodes } from '../profile/profile-codes.ts';

const find = statement('SELECT codes FROM profile WHERE iccid = $1');

/** ProfileOrders.GetProfileCodes. ADM 1 is none of a help desk's business: with it and the card every file can be rewritten. */
export async function getProfileCodes(
  { database, vault }: SmDpContext,
  { iccid }: GetProfileCodesRequest,
): Promise<GetProfileCodesResponse> {
  const [profile] = await database.query<{ codes: Buffer | null }>(find, [iccid]);
  if (!profile) throw refusal('PROFILE_UNKNOWN');
  const { pin1, puk1, pin2, puk2 } = (await openProfileCodes(vault, iccid, profile.codes)).codes;
  return { pin1, puk1, pin2, puk2 };
}
