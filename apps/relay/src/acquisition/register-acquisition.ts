import type { RegisterAcquisitionRequest, RegisterAcquisitionResponse } from '@tegata/contracts/relay-v1';
import { RspRefusal } from '@tegata/rsp';
import { refusal } from '@tegata/service-kit';
import type { RelayContext } from '../context.ts';
import { requireOwnAddress } from '../directory.ts';
import { storeEvent } from '../es12/event-registration.ts';

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
  const { eventOwners, clock } = context;
  const { eid, eventId, withCertificate, contractId } = request;
  const outcome = await storeEvent(context, {
    owner,
    eventId,
    eid,
    rspServerAddress: requireOwnAddress(eventOwners, owner, request.rspServerAddress),
    dakDigest: request.dataAcquisitionKeyDigest,
    withCertificate,
    contractId,
    // Events without an end would stay for ever: the field rules ask for one.
    expiresAt: request.expireTime ?? clock(),
  });
  if (outcome === 'known') throw refusal('EVENT_EXISTS');
  if (outcome === 'full') throw new RspRefusal('EVENT_LIMIT_REACHED');
  return {};
}
