import type { AuthenticateClientEs11Response, AuthenticateClientRequest } from '@tegata/contracts/gsma-rsp-v2';
import { type AuthenticatingServer, RspRefusal, verifyAuthenticateServerResponse } from '@tegata/rsp';
import { ciKeyIdentifier } from '@tegata/x509';
import type { RelayContext } from '../context.ts';
import { retrieveEvents, takeChallenge } from './es11-session.ts';

/**
 * ES11.AuthenticateClient (SGP.22 section 5.8.2): verifies the eUICC and lists the events of its EID, oldest first; with a
 * matchingId that event alone. Retrieval changes no event. Events behind a data acquisition key are not listed: Acquisition
 * asks for the key. A session is over with the first answer, whether it holds or not.
 */
export async function authenticateClient(
  context: RelayContext,
  smDs: AuthenticatingServer,
  { transactionId: received, authenticateServerResponse }: AuthenticateClientRequest,
): Promise<AuthenticateClientEs11Response> {
  const { clock, certificateCache } = context;
  const transactionId = new Uint8Array(received);
  const taken = await takeChallenge(context, transactionId);
  const ci = taken && smDs.cis.find((candidate) => Buffer.from(ciKeyIdentifier(candidate)).equals(taken.ciKeyId));
  if (!taken || !ci) throw new RspRefusal('TRANSACTION_UNKNOWN');

  const { eid, matchingId } = verifyAuthenticateServerResponse(
    authenticateServerResponse,
    { transactionId, serverChallenge: taken.serverChallenge, serverAddress: smDs.address, ci },
    clock(),
    { cache: certificateCache },
  );
  // Postgres has no text with NUL in it, and so no such event.
  if (matchingId.includes('\0')) throw new RspRefusal('EVENT_UNKNOWN');
  const eventEntries = await retrieveEvents(context, transactionId, eid, matchingId);
  if (matchingId && eventEntries.length === 0) throw new RspRefusal('EVENT_UNKNOWN');
  return { transactionId: Buffer.from(transactionId), eventEntries };
}
