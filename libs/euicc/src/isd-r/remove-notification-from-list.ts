import { EuiccError } from '../euicc-error.ts';
import type { IsdRContext } from './context.ts';
import { notificationIdentifier, notificationRecord } from './isd-r-records.ts';

/**
 * ES10b.RemoveNotificationFromList (SGP.22 section 5.7.11): forgets a notification that its server has acknowledged.
 *
 * @throws EuiccError `NOTIFICATION_NOT_FOUND`
 */
export async function removeNotificationFromList({ memory }: IsdRContext, seqNumber: number): Promise<void> {
  const identifier = notificationIdentifier(seqNumber);
  if (memory.get(notificationRecord, identifier) === undefined) {
    throw new EuiccError('NOTIFICATION_NOT_FOUND', 'no pending notification has this sequence number');
  }
  await memory.commit((t) => t.delete(notificationRecord, identifier));
}
