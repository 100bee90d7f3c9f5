import { Es11Service, Es12Service } from '@tegata/contracts/gsma-rsp-v2';
import { callerLabel, implement } from '@tegata/service-kit';
import type { RelayContext } from './context.ts';
import { authenticateClient } from './es11/authenticate-client.ts';
import { initiateAuthentication } from './es11/initiate-authentication.ts';
import { deleteEvent } from './es12/delete-event.ts';
import { registerEvent } from './es12/register-event.ts';

/** What an SM-DS serves, in both modes. */
export const smDsServices = (context: RelayContext) => [
  implement(Es11Service, {
    initiateAuthentication: (request, { listener }) => initiateAuthentication(context, context.smDs(listener), request),
    authenticateClient: (request, { listener }) => authenticateClient(context, context.smDs(listener), request),
  }),
  implement(Es12Service, {
    registerEvent: (request, { caller, binding, requestId }) =>
      registerEvent(context, request, callerLabel(caller), binding === 'https' ? requestId : undefined),
    deleteEvent: (request, { caller }) => deleteEvent(context, request, callerLabel(caller)),
  }),
];
