import type { NotificationEvent } from '@tegata/rsp';
import type { IsdRContext } from './context.ts';
import { isOfEvent } from './isd-r-records.ts';
import { pendingNotification, pendingNotifications } from './notification-store.ts';

/** Which notifications; all when empty. */
export interface NotificationCriteria {
  readonly seqNumber?: number;
  readonly event?: NotificationEvent;
}

/** ES10b.RetrieveNotificationsList (SGP.22 section 5.7.10): DER of each PendingNotification, oldest first. */
export function retrieveNotificationsList(context: IsdRContext, criteria: NotificationCriteria = {}): Uint8Array[] {
  const { seqNumber, event } = criteria;
  return pendingNotifications(context)
    .filter(({ metadata }) => seqNumber === undefined || metadata.seqNumber === seqNumber)
    .filter(({ metadata }) => event === undefined || isOfEvent(metadata, event))
    .map((notification) => pendingNotification(context, notification));
}
