import type { DeleteEventRequest, DeleteEventResponse } from '@tegata/contracts/gsma-rsp-v2';
import { RspRefusal } from '@tegata/rsp';
import type { RelayContext } from '../context.ts';
import { removeEvent } from './event-registration.ts';

/**
 * ES12.DeleteEvent (SGP.22 section 5.9.2): only who registered an event can remove it. One that was forwarded is removed
 * at the root SM-DS as well.
 */
export async function deleteEvent(
  context: RelayContext,
  { eid, eventId }: DeleteEventRequest,
  owner: string,
): Promise<DeleteEventResponse> {
  if (!(await removeEvent(context, { owner, eventId, eid }))) throw new RspRefusal('EVENT_UNKNOWN');
  context.rootSmDs?.wake();
  return {};
}
