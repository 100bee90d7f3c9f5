import type { ManagementContext } from '../context.ts';

/** What an event is made of. */
export interface EventOf {
  readonly eid: string | null;
  readonly matchingId: string | null;
  readonly smdsAddress: string | null;
}

/** ES12.RegisterEvent for an order that wants one (SGP.22 section 5.9.1). Repeating it changes nothing. */
export async function announceEvent({ relay, carrier }: ManagementContext, { eid, matchingId, smdsAddress }: EventOf) {
  if (!eid || !matchingId || !smdsAddress) return;
  await relay.es12.registerEvent({
    eid,
    eventId: matchingId,
    rspServerAddress: carrier.address,
    forwardingIndicator: false,
  });
}

/** ES12.DeleteEvent after installation or cancellation; an event that is gone already is no error. */
export async function withdrawEvent({ relay, logger }: ManagementContext, { eid, matchingId }: EventOf) {
  if (!eid || !matchingId) return;
  await relay.es12
    .deleteEvent({ eid, eventId: matchingId })
    .catch((cause: unknown) => logger.warn({ cause }, 'event not withdrawn; it lapses by itself'));
}
