import { statement } from '@tegata/database';
import { type BegunSession, RspRefusal } from '@tegata/rsp';
import type { RelayContext } from '../context.ts';

/** An event as an LPA is told of it. */
export interface WaitingEvent {
  readonly eventId: string;
  readonly rspServerAddress: string;
}

/** When a session that was begun at some time lapses. */
export const lapseOf = ({ config }: Pick<RelayContext, 'config'>, { begunAt }: BegunSession): Date =>
  new Date(begunAt.getTime() + config.sessionLifetimeMs);

const end = statement(`INSERT INTO es11_session (transaction_id, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING`);

/**
 * Ends a session whose challenge was answered wrongly.
 * @throws RspRefusal 8.10.1/3.9 when it was answered before
 */
export async function endSession(context: RelayContext, session: BegunSession): Promise<void> {
  const ended = await context.database.change(end, [session.transactionId, lapseOf(context, session)]);
  if (ended === 0) throw new RspRefusal('TRANSACTION_UNKNOWN');
}

/** Of any number of answers to one challenge one inserts the session; the others find no row, not even one without an event. */
const retrieval = statement(`
  WITH answered AS (
    INSERT INTO es11_session (transaction_id, eid, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1)
  SELECT event_id AS "eventId", rsp_server_address AS "rspServerAddress"
  FROM answered LEFT JOIN event ON eid = $2 AND dak_digest IS NULL AND event.expires_at > $4
    AND ($5 = '' OR event_id = $5 OR root_event_id = $5)
  ORDER BY sequence`);

/**
 * Stores which eUICC has answered the challenge, and lists what waits for it, oldest first.
 * @param matchingId empty for all; else an EventID as it was registered here, or as the root SM-DS knows it.
 * @throws RspRefusal 8.10.1/3.9 when the challenge was answered before
 */
export async function retrieveEvents(
  context: RelayContext,
  session: BegunSession,
  eid: string,
  matchingId: string,
): Promise<WaitingEvent[]> {
  const { database, clock } = context;
  const values = [session.transactionId, eid, lapseOf(context, session), clock(), matchingId];
  const rows = await database.query<WaitingEvent | { eventId: null }>(retrieval, values);
  if (rows.length === 0) throw new RspRefusal('TRANSACTION_UNKNOWN');
  return rows.filter((row): row is WaitingEvent => row.eventId !== null);
}
