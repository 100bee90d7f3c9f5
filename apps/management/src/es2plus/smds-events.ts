import { statement } from '@tegata/database';
import { RspRefusal } from '@tegata/rsp';
import { ServiceError } from '@tegata/service-kit';
import type { SmDpContext } from '../context.ts';

/** How long one replica may take to tell the SM-DS before another tries, in milliseconds. */
const leaseMs = 30_000;
/** Pauses between tries, doubled each time from the first to the longest, in milliseconds. */
const firstPauseMs = 1_000;
const longestPauseMs = 5 * 60_000;
/** Events settled in one round. */
const batch = 100;

interface Wish {
  readonly eventId: string;
  readonly eid: string;
  readonly wanted: boolean;
  readonly attempts: number;
}

/**
 * Whether events can be registered at an SM-DS: the relay is the only one this server reaches. Empty is none.
 * @throws RspRefusal 8.9/5.1.
 */
export function requireReachable({ relayAddress }: Pick<SmDpContext, 'relayAddress'>, smdsAddress: string): void {
  if (smdsAddress && smdsAddress.toLowerCase() !== relayAddress.toLowerCase()) {
    throw new RspRefusal('SMDS_INACCESSIBLE', { subjectIdentifier: smdsAddress });
  }
}

const columns = `e.event_id AS "eventId", e.eid, e.wanted, e.attempts`;

/** Takes one event that is due, for as long as it may take. */
const claim = statement(`
  UPDATE smds_event e SET due_at = $1, attempts = e.attempts + 1
  FROM (SELECT event_id, eid FROM smds_event WHERE NOT settled AND due_at <= $2 AND ($3::text IS NULL OR iccid = $3) ORDER BY due_at LIMIT 1
        FOR UPDATE SKIP LOCKED) next
  WHERE e.event_id = next.event_id AND e.eid = next.eid RETURNING ${columns}`);

/** The wish was carried out, unless it was changed meanwhile: then it is due again at once. */
const settle = statement(`
  UPDATE smds_event SET settled = (wanted = $3), due_at = CASE WHEN wanted = $3 THEN due_at ELSE '-infinity' END
  WHERE event_id = $1 AND eid = $2`);

const forget = statement('DELETE FROM smds_event WHERE event_id = $1 AND eid = $2 AND settled AND NOT wanted');

const putOff = statement('UPDATE smds_event SET due_at = $3 WHERE event_id = $1 AND eid = $2 AND NOT settled');

/**
 * Brings the SM-DS up to date (ES12.RegisterEvent, ES12.DeleteEvent; SGP.22 section 5.9): what it shall know was stored with
 * the change of the order's state. What can't be done now is tried again by upkeep, later each time.
 *
 * @param iccid only the events of this profile
 */
export async function settleEvents(context: SmDpContext, iccid?: string): Promise<void> {
  const { database, clock, logger } = context;
  for (let round = 0; round < batch; round++) {
    const now = clock().getTime();
    const [wish] = await database.query<Wish>(claim, [new Date(now + leaseMs), new Date(now), iccid ?? null]);
    if (!wish) return;
    const { eventId, eid, wanted, attempts } = wish;
    try {
      await tell(context, wish);
      await database.change(settle, [eventId, eid, wanted]);
      if (!wanted) await database.change(forget, [eventId, eid]);
    } catch (cause) {
      const pause = Math.min(firstPauseMs * 2 ** Math.min(attempts, 16), longestPauseMs);
      await database.change(putOff, [eventId, eid, new Date(clock().getTime() + pause)]);
      logger.warn({ cause, iccid, wanted, attempts }, 'event at the SM-DS not settled; tried again later');
    }
  }
}

async function tell({ relay, carrier }: SmDpContext, { eventId, eid, wanted }: Wish): Promise<void> {
  if (wanted) {
    const rspServerAddress = carrier.address;
    await relay.es12.registerEvent({ eid, eventId, rspServerAddress, forwardingIndicator: false });
    return;
  }
  try {
    await relay.es12.deleteEvent({ eid, eventId });
  } catch (error) {
    // Gone already: lapsed, or deleted by a try whose answer was lost.
    if (!(error instanceof ServiceError && error.reason === 'EVENT_UNKNOWN')) throw error;
  }
}
