import type { ReleaseProfileRequest, ReleaseProfileResponse } from '@tegata/contracts/gsma-rsp-v2';
import { statement } from '@tegata/database';
import { RspRefusal } from '@tegata/rsp';
import type { SmDpContext } from '../context.ts';
import { sourcesOf } from '../profile/profile-states.ts';
import { settleEvents } from './smds-events.ts';

const release = statement(`
  UPDATE profile SET state = 'RELEASED' WHERE iccid = $1 AND state = ANY($2::profile_state[]) RETURNING smds_address`);

/** ES2+.ReleaseProfile (SGP.22 section 5.3.4): Confirmed becomes Released. */
export async function releaseProfile(
  context: SmDpContext,
  { iccid }: ReleaseProfileRequest,
): Promise<ReleaseProfileResponse> {
  const { database } = context;
  const [released] = await database.query<{ smds_address: string | null }>(release, [iccid, sourcesOf('release')]);
  if (!released) {
    const known = await database.query('SELECT FROM profile WHERE iccid = $1', [iccid]);
    throw new RspRefusal(known.length === 1 ? 'ICCID_STATE_INVALID' : 'ICCID_UNKNOWN', { subjectIdentifier: iccid });
  }
  if (released.smds_address) await settleEvents(context, iccid);
  return {};
}
