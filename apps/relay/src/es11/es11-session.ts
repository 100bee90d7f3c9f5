import type { RelayContext } from '../context.ts';

/** What the first answer to a challenge finds. */
export interface TakenChallenge {
  /** 16 octets. */
  readonly serverChallenge: Uint8Array;
  /** Key identifier of the CI that the eUICC was told to sign under. */
  readonly ciKeyId: Uint8Array;
}

/** An event as an LPA is told of it. */
export interface WaitingEvent {
  readonly eventId: string;
  readonly rspServerAddress: string;
}

type SessionContext = Pick<RelayContext, 'database' | 'clock'>;

const insertion = {
  name: 'open_es11_session',
  text: `INSERT INTO es11_session (transaction_id, server_challenge, ci_key_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
};

/** Opens a session of mutual authentication. */
export async function openSession(
  { database, clock, config }: SessionContext & Pick<RelayContext, 'config'>,
  transactionId: Uint8Array,
  { serverChallenge, ciKeyId }: TakenChallenge,
): Promise<void> {
  const now = clock();
  const expiresAt = new Date(now.getTime() + config.sessionLifetimeMs);
  await database.change(insertion, [transactionId, serverChallenge, ciKeyId, now, expiresAt]);
}

const taking = {
  name: 'take_es11_challenge',
  text: `
    UPDATE es11_session SET state = 'ENDED', server_challenge = NULL
    FROM (SELECT transaction_id, server_challenge, ci_key_id FROM es11_session
          WHERE transaction_id = $1 AND state = 'INITIATED' AND expires_at > $2 FOR UPDATE) waiting
    WHERE es11_session.transaction_id = waiting.transaction_id
    RETURNING waiting.server_challenge AS "serverChallenge", waiting.ci_key_id AS "ciKeyId"`,
};

/**
 * Takes a session's challenge, which is answered once, rightly or wrongly: it is wiped by the statement that reads it.
 * Undefined for a session that is not there, lapsed or was answered.
 */
export async function takeChallenge(
  { database, clock }: SessionContext,
  transactionId: Uint8Array,
): Promise<TakenChallenge | undefined> {
  const [taken] = await database.query<TakenChallenge>(taking, [transactionId, clock()]);
  return taken;
}

const retrieval = {
  name: 'retrieve_events',
  text: `
    WITH session AS (
      UPDATE es11_session SET state = 'AUTHENTICATED', eid = $2 WHERE transaction_id = $1 AND state = 'ENDED' AND eid IS NULL
    )
    SELECT event_id AS "eventId", rsp_server_address AS "rspServerAddress" FROM event
    WHERE eid = $2 AND dak_digest IS NULL AND expires_at > $3 AND ($4 = '' OR event_id = $4 OR root_event_id = $4)
    ORDER BY sequence`,
};

/**
 * Notes which eUICC has answered the challenge, and lists what waits for it, oldest first.
 * @param matchingId empty for all; else an EventID as it was registered here, or as the root SM-DS knows it.
 */
export function retrieveEvents(
  { database, clock }: SessionContext,
  transactionId: Uint8Array,
  eid: string,
  matchingId: string,
): Promise<WaitingEvent[]> {
  return database.query<{ eventId: string; rspServerAddress: string }>(retrieval, [
    transactionId,
    eid,
    clock(),
    matchingId,
  ]);
}
