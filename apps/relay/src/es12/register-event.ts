import type { RegisterEventRequest, RegisterEventResponse } from '@tegata/contracts/gsma-rsp-v2';
import { RspRefusal } from '@tegata/rsp';
import type { RelayContext } from '../context.ts';
import { requireOwnAddress } from '../directory.ts';

/**
 * ES12.RegisterEvent (SGP.22 section 5.9.1): an event that any session of the EID is told of. Repeating it with the same
 * values changes nothing; other values under a known identifier are refused with 8.9.5/3.3.
 */
export async function registerEvent(
  context: RelayContext,
  { eid, eventId, rspServerAddress: received }: RegisterEventRequest,
  owner: string,
): Promise<RegisterEventResponse> {
  const { prisma, clock, config, directory } = context;
  const rspServerAddress = requireOwnAddress(directory, owner, received);
  const now = clock();
  const { count } = await prisma.event.createMany({
    data: [
      {
        owner,
        eventId,
        eid,
        rspServerAddress,
        createdAt: now,
        expiresAt: new Date(now.getTime() + config.eventLifetimeMs),
      },
    ],
    skipDuplicates: true,
  });
  if (count === 1) return {};
  const known = await prisma.event.findUnique({ where: { owner_eventId: { owner, eventId } } });
  if (known?.eid !== eid || known.rspServerAddress !== rspServerAddress || known.dakDigest !== null) {
    throw new RspRefusal('EVENT_ALREADY_REGISTERED');
  }
  return {};
}
