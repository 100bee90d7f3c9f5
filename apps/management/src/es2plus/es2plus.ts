import type { Es2PlusService } from '@tegata/contracts/gsma-rsp-v2';
import type { HandlersOf } from '@tegata/service-kit';
import type { SmDpContext } from '../context.ts';
import { cancelOrder } from './cancel-order.ts';
import { confirmOrder } from './confirm-order.ts';
import { downloadOrder } from './download-order.ts';
import { releaseProfile } from './release-profile.ts';

/** ES2+ (SGP.22 section 5.3): orders of the operator's back end. */
export const es2plus = (context: SmDpContext): HandlersOf<typeof Es2PlusService> => ({
  downloadOrder: (request) => downloadOrder(context, request),
  confirmOrder: (request, { listener }) => confirmOrder(context, request, listener),
  cancelOrder: (request) => cancelOrder(context, request),
  releaseProfile: (request) => releaseProfile(context, request),
});
