import type { GetCarrierInformationResponse } from '@tegata/contracts/management-v1';
import type { ManagementContext } from '../context.ts';
import { requirementsOf } from './requirements.ts';

/** Says who this carrier is and what it accepts. */
export async function getCarrierInformation({
  carrier,
  relayAddress,
}: ManagementContext): Promise<GetCarrierInformationResponse> {
  return {
    name: carrier.name,
    displayName: carrier.displayName,
    carrierOid: carrier.oid,
    smdpAddress: carrier.address,
    relayAddress,
    requirements: requirementsOf(carrier.policy),
  };
}
