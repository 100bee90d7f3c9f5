import type { DownloadOrderRequest, DownloadOrderResponse } from '@tegata/contracts/gsma-rsp-v2';
import { type Queryable, statement } from '@tegata/database';
import { RspRefusal } from '@tegata/rsp';
import type { SmDpContext } from '../context.ts';
import { sourcesOf, transitions } from '../profile/profile-states.ts';

/** ES2+.DownloadOrder (SGP.22 section 5.3.1): Available becomes Allocated, or Linked when an EID is given. */
export function downloadOrder(
  { database, clock }: SmDpContext,
  request: WantedProfile,
): Promise<DownloadOrderResponse> {
  return reserveProfile(database, request, clock());
}

/** What an order says of the profile that it wants. */
export type WantedProfile = Pick<DownloadOrderRequest, 'eid' | 'profile'> & Partial<DownloadOrderRequest>;

const reserve = statement(`
  UPDATE profile SET state = $1, eid = $2, ordered_at = $3
  WHERE iccid = $4 AND state = ANY($5::profile_state[]) AND ($6 = '' OR profile_type = $6) RETURNING iccid`);

const stocked = statement('SELECT profile_type AS "profileType" FROM profile WHERE iccid = $1');

/** One state, not a list of one: only so the index has stock in its order. */
const reserveOfType = statement(`
  UPDATE profile SET state = $1, eid = $2, ordered_at = $3
  WHERE state = '${transitions.order.from[0]}' AND iccid = (
    SELECT iccid FROM profile WHERE profile_type = $4 AND state = '${transitions.order.from[0]}'
    ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING iccid`);

/**
 * Reserves the profile that is asked for, for one order only.
 * @throws RspRefusal 8.2.1/3.9, 8.2.5/3.8, 8.2.1/3.3, 8.2.5/3.9, 8.2.5/3.7.
 */
export async function reserveProfile(
  on: Queryable,
  { eid, profile, expectedProfileType = '' }: WantedProfile,
  now: Date,
): Promise<{ iccid: string }> {
  if (!profile) throw new RspRefusal('PARAMETER_MISSING');
  const state = eid === '' ? 'ALLOCATED' : 'LINKED';
  const values = [state, eid || null, now, profile.value, sourcesOf('order')];
  if (profile.$case === 'iccid') {
    const [reserved] = await on.query<{ iccid: string }>(reserve, [...values, expectedProfileType]);
    if (reserved) return reserved;
    const [known] = await on.query<{ profileType: string }>(stocked, [profile.value]);
    if (known === undefined) throw new RspRefusal('ICCID_UNKNOWN', { subjectIdentifier: profile.value });
    if (expectedProfileType !== '' && known.profileType !== expectedProfileType) {
      throw new RspRefusal('PROFILE_TYPE_REFUSED', { subjectIdentifier: expectedProfileType });
    }
    throw new RspRefusal('ICCID_UNAVAILABLE', { subjectIdentifier: profile.value });
  }
  for (;;) {
    const [reserved] = await on.query<{ iccid: string }>(reserveOfType, values.slice(0, 4));
    if (reserved) return reserved;
    const [stock] = await on.query<{ known: boolean; free: boolean }>(
      `SELECT EXISTS (SELECT FROM profile WHERE profile_type = $1) AS known,
         EXISTS (SELECT FROM profile WHERE profile_type = $1 AND state = ANY($2::profile_state[])) AS free`,
      [profile.value, sourcesOf('order')],
    );
    // Another order holds the last one and has not committed yet: look again.
    if (stock?.free) continue;
    throw new RspRefusal(stock?.known ? 'PROFILE_TYPE_EXHAUSTED' : 'PROFILE_TYPE_UNKNOWN', {
      subjectIdentifier: profile.value,
    });
  }
}
