import type { EventEntry } from '@tegata/contracts/gsma-rsp-v2';
import { authenticateMutually, type Device } from './common-mutual-authentication.ts';
import type { CallSettings } from './es9plus.ts';
import type { Es10b } from './es10.ts';
import type { Es11 } from './es11.ts';
import { LpaError } from './lpa-error.ts';
import { sameOctets } from './octets.ts';

/** Who takes part in event retrieval on this side. */
export interface EventRetrievalParties {
  readonly es10b: Pick<Es10b, 'getEuiccInfo1' | 'getEuiccChallenge' | 'authenticateServer'>;
  readonly es11: Es11;
  readonly device: Device;
}

/** An SM-DS session in which the eUICC is authenticated, and what waits for it there. */
export interface SmdsSession {
  /** Names the session in calls that need it, such as the acquisition by data acquisition key. */
  readonly transactionId: Buffer;
  /** Waiting events, oldest first. */
  readonly events: readonly EventEntry[];
}

/**
 * Event retrieval (SGP.22 section 3.6.2): authenticates eUICC and SM-DS to each other and asks for the events of this EID.
 *
 * @param eventId to ask for that one only; empty for all
 * @throws LpaError those of common mutual authentication, EUICC_REFUSED_SERVER; the SM-DS's refusals as they come
 */
export async function retrieveEvents(
  { es10b, es11, device }: EventRetrievalParties,
  smdsAddress: string,
  eventId = '',
  settings: CallSettings = {},
): Promise<SmdsSession> {
  const server = { address: smdsAddress, matchingId: eventId };
  const authenticated = await authenticateMutually({ es10b, server: es11, device }, server, settings);
  const { transactionId, authenticateServerResponse, refusal } = authenticated;
  // The SM-DS hears of a refusal too; what it says to that changes nothing.
  if (refusal !== undefined) {
    await es11.authenticateClient({ transactionId, authenticateServerResponse }, settings).catch(() => {});
    throw refusal;
  }
  const answer = await es11.authenticateClient({ transactionId, authenticateServerResponse }, settings);
  if (!sameOctets(answer.transactionId, transactionId)) {
    throw new LpaError('TRANSACTION_ID_MISMATCH', 'the SM-DS answered for another transaction');
  }
  return { transactionId, events: answer.eventEntries };
}
