import type { DeleteEventRequest, DeleteEventResponse } from '@tegata/contracts/gsma-rsp-v2';
import { RspRefusal } from '@tegata/rsp';
import type { RelayContext } from '../context.ts';

/** ES12.DeleteEvent (SGP.22 section 5.9.2): only the SM-DP+ that registered an event can remove it. */
export async function deleteEvent(
  { prisma }: RelayContext,
  { eid, eventId }: DeleteEventRequest,
  owner: string,
): Promise<DeleteEventResponse> {
  const { count } = await prisma.event.deleteMany({ where: { owner, eventId, eid } });
  if (count === 0) throw new RspRefusal('EVENT_UNKNOWN');
  return {};
}
