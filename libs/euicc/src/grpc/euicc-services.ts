import type { ServiceImplementation } from '@tegata/service-kit';
import type { Euicc } from '../euicc.ts';
import { applicationsService } from './applications-service.ts';
import { apduService, es10aService, es10bService, es10cService } from './es10-services.ts';
import { certificateStoreService, localAuthenticationService } from './local-authentication-services.ts';

/** Every service of an eUICC, for the server of the terminal's local socket. */
export function euiccServices(euicc: Euicc): readonly ServiceImplementation[] {
  return [
    es10aService(euicc),
    es10bService(euicc),
    es10cService(euicc),
    apduService(euicc),
    applicationsService(euicc),
    localAuthenticationService(euicc),
    certificateStoreService(euicc),
  ];
}
