import type { ProfileOrdersService } from '@tegata/contracts/management-v1';
import type { HandlersOf } from '@tegata/service-kit';
import type { SmDpContext } from '../context.ts';
import { checkProfiles } from './check-profiles.ts';
import { exportProfiles } from './export-profiles.ts';
import { getProfileCodes } from './get-profile-codes.ts';
import { importProfiles } from './import-profiles.ts';
import { prepareOrders } from './prepare-orders.ts';
import { expireOrder, getOrder, listNotifications, listOrders } from './read-orders.ts';

/** Profiles and orders as their operator prepares and sees them. */
export const profileOrders = (context: SmDpContext): HandlersOf<typeof ProfileOrdersService> => ({
  checkProfiles: (requests) => checkProfiles(context, requests),
  importProfiles: (requests) => importProfiles(context, requests),
  prepareOrders: (requests) => prepareOrders(context, requests),
  exportProfiles: (request) => exportProfiles(context, request),
  getProfileCodes: (request) => getProfileCodes(context, request),
  getOrder: (request) => getOrder(context, request),
  listOrders: (request) => listOrders(context, request),
  expireOrder: (request) => expireOrder(context, request),
  listNotifications: (request) => listNotifications(context, request),
});
