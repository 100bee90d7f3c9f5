import type { AuthenticateClientEs11Response, AuthenticateClientRequest } from '@tegata/contracts/gsma-rsp-v2';
import { type AuthenticatingServer, RspRefusal, verifyAuthenticateServerResponse } from '@tegata/rsp';
import { ciKeyIdentifier } from '@tegata/x509';
import type { RelayContext } from '../context.ts';

/**
 * ES11.AuthenticateClient (SGP.22 section 5.8.2): verifies the eUICC and lists the events of its EID, oldest first; with a
 * matchingId that event alone. Events behind a data acquisition key are not listed: Acquisition asks for the key.
 */
export async function authenticateClient(
  { prisma, clock, certificateCache }: RelayContext,
  smDs: AuthenticatingServer,
  { transactionId: received, authenticateServerResponse }: AuthenticateClientRequest,
): Promise<AuthenticateClientEs11Response> {
  const transactionId = new Uint8Array(received);
  const session = await prisma.es11Session.findUnique({ where: { transactionId } });
  const ci = session && smDs.cis.find((candidate) => Buffer.from(ciKeyIdentifier(candidate)).equals(session.ciKeyId));
  if (session?.state !== 'INITIATED' || !ci || session.expiresAt <= clock())
    throw new RspRefusal('TRANSACTION_UNKNOWN');

  const { eid, matchingId } = verifyAuthenticateServerResponse(
    authenticateServerResponse,
    { transactionId, serverChallenge: session.serverChallenge, serverAddress: smDs.address, ci },
    clock(),
    { cache: certificateCache },
  );
  const { count } = await prisma.es11Session.updateMany({
    where: { transactionId, state: 'INITIATED' },
    data: { state: 'AUTHENTICATED', eid },
  });
  if (count === 0) throw new RspRefusal('TRANSACTION_UNKNOWN');
  const events = await prisma.event.findMany({
    where: { eid, dakDigest: null, expiresAt: { gt: clock() }, ...(matchingId && { eventId: matchingId }) },
    orderBy: { sequence: 'asc' },
    select: { eventId: true, rspServerAddress: true },
  });
  if (matchingId && events.length === 0) throw new RspRefusal('EVENT_UNKNOWN');
  return { transactionId: Buffer.from(transactionId), eventEntries: events };
}
