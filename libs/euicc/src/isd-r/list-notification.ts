import type { NotificationEvent, NotificationMetadata } from '@tegata/rsp';
import type { IsdRContext } from './context.ts';
import { isOfEvent } from './isd-r-records.ts';
import { pendingNotifications } from './notification-store.ts';

/** ES10b.ListNotification (SGP.22 section 5.7.9): metadata of the pending notifications, oldest first. */
export function listNotification(context: IsdRContext, event?: NotificationEvent): NotificationMetadata[] {
  return pendingNotifications(context)
    .map(({ metadata }) => metadata)
    .filter((metadata) => event === undefined || isOfEvent(metadata, event));
}
