import { choice, type Decoded, explicit, integer, namedBits, optional, sequence, sequenceOf } from '@tegata/der';
import { NotificationEventBits } from '../identifiers/notification-event.ts';
import { certificate, signature } from './elements.ts';
import { NotificationMetadata, ProfileInstallationResult } from './installation-result.ts';

/** Notifications of an eUICC (SGP.22 sections 3.5, 5.7.9 to 5.7.11). */

/** Notification of enabling, disabling or deletion; the signature is over the whole BF2F object. */
export const OtherSignedNotification = sequence(0x30, {
  tbsOtherNotification: NotificationMetadata,
  euiccNotificationSignature: signature,
  euiccCertificate: certificate,
  eumCertificate: certificate,
});
export type OtherSignedNotification = Decoded<typeof OtherSignedNotification>;

/** What the eUICC keeps until the LPA says that the server has it. */
export const PendingNotification = choice({
  profileInstallationResult: ProfileInstallationResult,
  otherSignedNotification: OtherSignedNotification,
});
export type PendingNotification = Decoded<typeof PendingNotification>;

const seqNumber = integer(0x80, 0);
const profileManagementOperation = namedBits(0x81, NotificationEventBits);

/** BF28: ES10b.ListNotification. */
export const ListNotificationRequest = sequence(0xbf28, {
  profileManagementOperation: optional(profileManagementOperation),
});
export type ListNotificationRequest = Decoded<typeof ListNotificationRequest>;

export const ListNotificationError = { undefinedError: 127 } as const;

export const ListNotificationResponse = explicit(
  0xbf28,
  choice({
    notificationMetadataList: sequenceOf(0xa0, NotificationMetadata),
    /** see `ListNotificationError` */
    listNotificationsResultError: integer(0x81),
  }),
);
export type ListNotificationResponse = Decoded<typeof ListNotificationResponse>;

/** BF2B: ES10b.RetrieveNotificationsList; without criteria, all notifications. */
export const RetrieveNotificationsListRequest = sequence(0xbf2b, {
  searchCriteria: optional(explicit(0xa0, choice({ seqNumber, profileManagementOperation }))),
});
export type RetrieveNotificationsListRequest = Decoded<typeof RetrieveNotificationsListRequest>;

export const NotificationsListError = { noResultAvailable: 1, undefinedError: 127 } as const;

export const RetrieveNotificationsListResponse = explicit(
  0xbf2b,
  choice({
    notificationList: sequenceOf(0xa0, PendingNotification),
    /** see `NotificationsListError` */
    notificationsListResultError: integer(0x81),
  }),
);
export type RetrieveNotificationsListResponse = Decoded<typeof RetrieveNotificationsListResponse>;

/** BF30: ES10b.RemoveNotificationFromList. */
export const NotificationSentRequest = sequence(0xbf30, { seqNumber });
export type NotificationSentRequest = Decoded<typeof NotificationSentRequest>;

export const DeleteNotificationStatus = { ok: 0, nothingToDelete: 1, undefinedError: 127 } as const;

export const NotificationSentResponse = sequence(0xbf30, {
  /** see `DeleteNotificationStatus` */
  deleteNotificationStatus: integer(0x80),
});
export type NotificationSentResponse = Decoded<typeof NotificationSentResponse>;
