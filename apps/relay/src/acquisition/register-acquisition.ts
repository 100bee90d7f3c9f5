import type { RegisterAcquisitionRequest, RegisterAcquisitionResponse } from '@tegata/contracts/relay-v1';
import { refusal } from '@tegata/service-kit';
import type { RelayContext } from '../context.ts';
import { requireOwnAddress } from '../directory.ts';
import type { Event } from '../generated/client.ts';

/**
 * S26/S52: registers an event that only the holder of a data acquisition key, on the right eUICC, can acquire. Repeating
 * it with the same values changes nothing.
 * @param owner name of the calling SM-DP+, for example `management/aozora`.
 */
export async function registerAcquisition(
  context: RelayContext,
  request: RegisterAcquisitionRequest,
  owner: string,
): Promise<RegisterAcquisitionResponse> {
  const { prisma, clock } = context;
  const rspServerAddress = requireOwnAddress(context.directory, owner, request.rspServerAddress);
  const { eid, eventId, withCertificate, contractId } = request;
  const dakDigest = new Uint8Array(request.dataAcquisitionKeyDigest);
  // Events without an end would stay for ever: the field rules ask for one.
  const expiresAt = request.expireTime ?? clock();
  const event = { owner, eventId, eid, rspServerAddress, dakDigest, withCertificate, contractId, expiresAt };
  const { count } = await prisma.event.createMany({ data: [{ ...event, createdAt: clock() }], skipDuplicates: true });
  if (count === 1) return {};
  const known = await prisma.event.findUnique({ where: { owner_eventId: { owner, eventId } } });
  if (!known || !isSame(known, event)) throw refusal('EVENT_EXISTS');
  return {};
}

const isSame = (known: Event, event: Pick<Event, 'eid' | 'rspServerAddress' | 'dakDigest' | 'withCertificate'>) =>
  known.eid === event.eid &&
  known.rspServerAddress === event.rspServerAddress &&
  known.withCertificate === event.withCertificate &&
  known.dakDigest !== null &&
  event.dakDigest !== null &&
  Buffer.from(known.dakDigest).equals(event.dakDigest);
