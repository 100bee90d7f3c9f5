import type { CallSettings, Es9Plus } from './es9plus.ts';
import type { Es10b, NotificationContents } from './es10.ts';
import { asBuffer } from './octets.ts';

/** Who takes part in the delivery of notifications. */
export interface NotificationParties {
  readonly es10b: Pick<Es10b, 'listNotification' | 'retrieveNotificationsList' | 'removeNotificationFromList'>;
  /** The server that takes notifications for an address: the SM-DP+ itself, or a relay. */
  readonly serverFor: (notificationAddress: string) => Pick<Es9Plus, 'handleNotification'>;
}

/** How patiently a notification is delivered. */
export interface DeliveryPolicy {
  /** Tries for each notification. */
  readonly tries: number;
  /** Waits before the next try; `failed` counts the tries so far. */
  readonly waitBeforeRetry: (failed: number, error: unknown) => Promise<void>;
  /** Whether a failure may pass by itself. */
  readonly mayPass: (error: unknown) => boolean;
}

/** What became of one notification. */
export interface NotificationDelivery {
  readonly notification: NotificationContents;
  /** Acknowledged by its server and removed from the eUICC. */
  readonly delivered: boolean;
  /** Why not. */
  readonly error: unknown;
}

/**
 * Delivers pending notifications, oldest first (SGP.22 section 3.5). A notification is removed from the eUICC after its server has
 * acknowledged it, so that it may arrive twice and never gets lost. Where a server can't be reached, the others for the
 * same address are left for the next time.
 *
 * The order of a server's notifications is that of their numbers, whatever order the eUICC lists them in.
 *
 * @param wanted which are delivered; all unless said otherwise
 */
export async function deliverNotifications(
  { es10b, serverFor }: NotificationParties,
  policy: DeliveryPolicy,
  wanted: (notification: NotificationContents) => boolean = () => true,
  settings: CallSettings = {},
): Promise<NotificationDelivery[]> {
  const notifications = [...(await es10b.listNotification())].sort((a, b) => a.seqNumber - b.seqNumber);
  const unreachable = new Map<string, unknown>();
  const deliveries: NotificationDelivery[] = [];
  for (const notification of notifications) {
    if (!wanted(notification)) continue;
    settings.signal?.throwIfAborted();
    const address = notification.notificationAddress.toLowerCase();
    try {
      if (unreachable.has(address)) throw unreachable.get(address);
      const [pending] = await es10b.retrieveNotificationsList(notification);
      // Removed meanwhile by another program.
      if (pending === undefined) continue;
      const server = serverFor(notification.notificationAddress);
      await persistently(policy, () => server.handleNotification({ pendingNotification: asBuffer(pending) }, settings));
      await es10b.removeNotificationFromList(notification.seqNumber);
      deliveries.push({ notification, delivered: true, error: undefined });
    } catch (error) {
      settings.signal?.throwIfAborted();
      if (policy.mayPass(error)) unreachable.set(address, error);
      deliveries.push({ notification, delivered: false, error });
    }
  }
  return deliveries;
}

async function persistently<T>(policy: DeliveryPolicy, action: () => Promise<T>): Promise<T> {
  for (let failed = 1; ; failed++) {
    try {
      return await action();
    } catch (error) {
      if (failed >= policy.tries || !policy.mayPass(error)) throw error;
      await policy.waitBeforeRetry(failed, error);
    }
  }
}
