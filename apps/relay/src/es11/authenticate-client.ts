import type { AuthenticateClientEs11Response, AuthenticateClientRequest } from '@tegata/contracts/gsma-rsp-v2';
import {
  type AuthenticatedEuicc,
  type AuthenticatingServer,
  type BegunSession,
  RspRefusal,
  verifyAuthenticateServerResponse,
} from '@tegata/rsp';
import type { RelayContext } from '../context.ts';
import { endSession, lapseOf, retrieveEvents } from './es11-session.ts';

/**
 * ES11.AuthenticateClient (SGP.22 section 5.8.2): verifies the eUICC and lists the events of its EID, oldest first; with a
 * matchingId that event alone. Retrieval changes no event. Events behind a data acquisition key are not listed: Acquisition
 * asks for the key. A session is over with the first answer, whether it holds or not.
 */
export async function authenticateClient(
  context: RelayContext,
  smDs: AuthenticatingServer,
  { transactionId, authenticateServerResponse }: AuthenticateClientRequest,
): Promise<AuthenticateClientEs11Response> {
  const session = context.begunSessions.read(transactionId, smDs);
  if (session === undefined || lapseOf(context, session) <= context.clock()) {
    throw new RspRefusal('TRANSACTION_UNKNOWN');
  }
  const answer = await verify(context, smDs, session, authenticateServerResponse);
  const eventEntries = await retrieveEvents(context, session, answer.eid, answer.matchingId);
  if (answer.matchingId && eventEntries.length === 0) throw new RspRefusal('EVENT_UNKNOWN');
  return { transactionId: session.transactionId, eventEntries };
}

/** The eUICC that has answered. @throws RspRefusal for a wrong answer, which ends the session too */
async function verify(
  context: RelayContext,
  smDs: AuthenticatingServer,
  session: BegunSession,
  octets: Uint8Array,
): Promise<Pick<AuthenticatedEuicc, 'eid' | 'matchingId'>> {
  const { clock, certificateCache } = context;
  try {
    const expected = { ...session, serverAddress: smDs.address };
    const euicc = verifyAuthenticateServerResponse(octets, expected, clock(), {
      cache: certificateCache,
      isRevoked: smDs.isRevoked,
    });
    // Postgres has no text with NUL in it, and so no such event.
    if (euicc.matchingId.includes('\0')) throw new RspRefusal('EVENT_UNKNOWN');
    return euicc;
  } catch (error) {
    await endSession(context, session);
    throw error;
  }
}
