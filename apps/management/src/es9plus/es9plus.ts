import type { Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import type { HandlersOf } from '@tegata/service-kit';
import type { ManagementContext } from '../context.ts';
import { authenticateClient } from './authenticate-client.ts';
import { cancelSession } from './cancel-session.ts';
import { getBoundProfilePackage } from './get-bound-profile-package.ts';
import { handleNotification } from './handle-notification.ts';
import { initiateAuthentication } from './initiate-authentication.ts';

/** ES9+ (SGP.22 section 5.6): this carrier's SM-DP+ towards LPAs, directly or through the relay. */
export const es9plus = (context: ManagementContext): HandlersOf<typeof Es9PlusService> => ({
  initiateAuthentication: (request) => initiateAuthentication(context, request),
  authenticateClient: (request) => authenticateClient(context, request),
  getBoundProfilePackage: (request) => getBoundProfilePackage(context, request),
  handleNotification: (request) => handleNotification(context, request),
  cancelSession: (request) => cancelSession(context, request),
});
