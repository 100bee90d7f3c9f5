import { setTimeout as sleep } from 'node:timers/promises';
import { type Statement, statement } from '@tegata/database';
import { RspRefusal } from '@tegata/rsp';
import { decodeServiceError } from '@tegata/service-kit';
import type { SmDpContext } from '../context.ts';
import { addressOf } from '../profile-orders/order-view.ts';
import { findSmDs } from './sm-ds.ts';

/** How long one replica may take to tell the SM-DS before another tries, in milliseconds. */
const leaseMs = 60_000;
/** Pauses between tries, doubled each time from the first to the longest, in milliseconds. */
const firstPauseMs = 1_000;
const longestPauseMs = 5 * 60_000;
/** Events of one SM-DS settled in one round. */
const batch = 100;

/** Statuses of an SM-DS that does not answer: it won't for the next event either, nor will one that was asked too often. */
const unreachable: ReadonlySet<string> = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED']);

interface Wish {
  readonly eventId: string;
  readonly eid: string;
  readonly smdsAddress: string;
  readonly wanted: boolean;
  readonly set: string | null;
  readonly attempts: number;
}

/** Takes one event that is due, for as long as it may take: of a profile, or at an SM-DS. */
const claimBy = (column: 'iccid' | 'smds_address') =>
  statement(`
  UPDATE smds_event e SET due_at = $1, attempts = e.attempts + 1
  FROM (SELECT event_id, eid, smds_address FROM smds_event WHERE ${column} = $3 AND NOT settled AND due_at <= $2 ORDER BY due_at LIMIT 1
        FOR UPDATE SKIP LOCKED) next
  WHERE (e.event_id, e.eid, e.smds_address) = (next.event_id, next.eid, next.smds_address)
  RETURNING e.event_id AS "eventId", e.eid, e.smds_address AS "smdsAddress", e.wanted, e.attempts,
    (SELECT listener_set FROM profile p WHERE p.iccid = e.iccid) AS "set"`);
const claimOfProfile = claimBy('iccid');
const claimAtSmDs = claimBy('smds_address');

const these = 'event_id = $1 AND eid = $2 AND smds_address = $3';

/** The wish was carried out, unless it was changed meanwhile: then it is due again at once. */
const settle = statement(`
  UPDATE smds_event SET settled = (wanted = $4), due_at = CASE WHEN wanted = $4 THEN due_at ELSE '-infinity' END WHERE ${these}`);

const forget = statement(`DELETE FROM smds_event WHERE ${these} AND settled AND NOT wanted`);

const putOff = statement(`UPDATE smds_event SET due_at = $4 WHERE ${these} AND NOT settled`);

/**
 * Brings the SM-DSs up to date (ES12.RegisterEvent, ES12.DeleteEvent; SGP.22 section 5.9): what they shall know was stored with
 * the change of the order's state. What can't be done now is tried again in the background, later each time.
 *
 * @param iccid only the events of this profile
 */
export async function settleEvents(context: SmDpContext, iccid?: string): Promise<void> {
  if (iccid === undefined) await settleAllEvents(context);
  else await settleSome(context, claimOfProfile, iccid);
}

/** As settleEvents for all profiles. One SM-DS does not wait for another. */
export async function settleAllEvents(context: SmDpContext, stopping?: AbortSignal): Promise<void> {
  await Promise.all(context.smDsServers.map(({ address }) => settleSome(context, claimAtSmDs, address, stopping)));
}

/** As settleEvents, for a call of somebody whom it does not concern: an LPA waits for no SM-DS longer than this, in milliseconds. */
const patienceMs = 1_000;

/** What is not settled by then goes on, and nobody hears of it. */
export async function settleEventsSoon(context: SmDpContext, iccid: string): Promise<void> {
  const settled = new AbortController();
  const work = settleEvents(context, iccid)
    .catch((cause: unknown) => context.logger.warn({ cause }, 'events of a profile not settled; tried again later'))
    .finally(() => settled.abort());
  await Promise.race([work, sleep(patienceMs, undefined, { signal: settled.signal }).catch(() => undefined)]);
}

async function settleSome(context: SmDpContext, claim: Statement, of: string, stopping?: AbortSignal): Promise<void> {
  const { database, clock, logger } = context;
  for (let round = 0; round < batch && !stopping?.aborted; round++) {
    const now = clock().getTime();
    const [wish] = await database.query<Wish & Record<string, unknown>>(claim, [
      new Date(now + leaseMs),
      new Date(now),
      of,
    ]);
    if (!wish) return;
    const { eventId, eid, smdsAddress, wanted, attempts } = wish;
    const event = [eventId, eid, smdsAddress];
    try {
      await tell(context, wish);
      await database.change(settle, [...event, wanted]);
      if (!wanted) await database.change(forget, event);
    } catch (cause) {
      const pause = Math.min(firstPauseMs * 2 ** Math.min(attempts, 16), longestPauseMs);
      await database.change(putOff, [...event, new Date(clock().getTime() + pause)]);
      logger.warn({ cause, smdsAddress, wanted, attempts }, 'event at the SM-DS not settled; tried again later');
      const { status, reason } = decodeServiceError(cause);
      if (unreachable.has(status) || reason === 'RATE_LIMITED') return;
    }
  }
}

async function tell(context: SmDpContext, { eventId, eid, smdsAddress, wanted, set }: Wish): Promise<void> {
  const smDs = findSmDs(context, smdsAddress);
  if (smDs === undefined) throw new RspRefusal('SMDS_INACCESSIBLE', { subjectIdentifier: smdsAddress });
  const { es12, forwardingIndicator } = smDs;
  const register = () =>
    es12.registerEvent({ eid, eventId, rspServerAddress: addressOf({ set }, context), forwardingIndicator });
  if (!wanted) {
    await es12.deleteEvent({ eid, eventId }).catch((error: unknown) => {
      // Gone already: lapsed, or deleted by a try whose answer was lost.
      if (reasonOf(error) !== 'EVENT_UNKNOWN') throw error;
    });
    return;
  }
  try {
    await register();
  } catch (error) {
    if (reasonOf(error) !== 'EVENT_ALREADY_REGISTERED') throw error;
    // There since a try whose answer was lost, or since an order before. One of another EID is not deleted so: it goes when its order does.
    await es12.deleteEvent({ eid, eventId });
    await register();
  }
}

const reasonOf = (error: unknown): string => decodeServiceError(error).reason;
