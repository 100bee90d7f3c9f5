import type { Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import type { HandlersOf } from '@tegata/service-kit';
import type { SmDpContext } from '../context.ts';
import { authenticateClient } from './authenticate-client.ts';
import { cancelSession } from './cancel-session.ts';
import { getBoundProfilePackage } from './get-bound-profile-package.ts';
import { handleNotification } from './handle-notification.ts';
import { initiateAuthentication } from './initiate-authentication.ts';
import type { SmDpPlusByListener } from './sm-dp-plus.ts';

/** ES9+ (SGP.22 section 5.6): this carrier's SM-DP+ towards LPAs, directly or through the relay, as each listener shows it. */
export const es9plus = (
  context: SmDpContext & { readonly smDpPlus: SmDpPlusByListener },
): HandlersOf<typeof Es9PlusService> => ({
  initiateAuthentication: (request, { listener }) =>
    initiateAuthentication(context, context.smDpPlus(listener), request),
  authenticateClient: (request, { listener }) => authenticateClient(context, context.smDpPlus(listener), request),
  getBoundProfilePackage: (request, { listener }) =>
    getBoundProfilePackage(context, context.smDpPlus(listener), request),
  handleNotification: (request, { listener }) => handleNotification(context, context.smDpPlus(listener), request),
  cancelSession: (request, { listener }) => cancelSession(context, context.smDpPlus(listener), request),
});
