import type { RegisterEventRequest, RegisterEventResponse } from '@tegata/contracts/gsma-rsp-v2';
import { RspRefusal } from '@tegata/rsp';
import type { RelayContext } from '../context.ts';
import { requireOwnAddress } from '../directory.ts';
import { storeEvent } from './event-registration.ts';

/** Octets of the EventID at the root SM-DS, which names nothing but one event. */
const rootEventIdOctets = 16;

/**
 * ES12.RegisterEvent (SGP.22 section 5.9.1), and ES15 where an alternative SM-DS calls: an event that any session of the
 * EID is told of, until its owner deletes it or it lapses. With forwardingIndicator the root SM-DS, where one is
 * configured, is told that something waits here.
 *
 * @param owner authenticated name of the caller, for example `management/aozora`.
 * @param functionCall functionCallIdentifier of a binding that has it: the same call again changes nothing, another one
 *   under a known EventID is refused. Without it, a call with the same values is a repetition.
 */
export async function registerEvent(
  context: RelayContext,
  { eid, eventId, rspServerAddress: received, forwardingIndicator }: RegisterEventRequest,
  owner: string,
  functionCall?: string,
): Promise<RegisterEventResponse> {
  const { clock, config, eventOwners, random, rootSmDs } = context;
  const outcome = await storeEvent(context, {
    owner,
    eventId,
    eid,
    rspServerAddress: requireOwnAddress(eventOwners, owner, received),
    expiresAt: new Date(clock().getTime() + config.eventLifetimeMs),
    ...(functionCall !== undefined && { functionCall }),
    ...(forwardingIndicator &&
      rootSmDs && { rootEventId: Buffer.from(random(rootEventIdOctets)).toString('hex').toUpperCase() }),
  });
  if (outcome === 'known') throw new RspRefusal('EVENT_ALREADY_REGISTERED');
  if (outcome === 'full') throw new RspRefusal('EVENT_LIMIT_REACHED');
  if (outcome === 'registered' && forwardingIndicator) rootSmDs?.wake();
  return {};
}
