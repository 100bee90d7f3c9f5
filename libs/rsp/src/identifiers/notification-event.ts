/** NotificationEvent: the profile management operations that are notified, as bits (SGP.22 section 5.7.9). */
export const NotificationEventBits = { install: 0, enable: 1, disable: 2, delete: 3 } as const;

/** A profile management operation that is notified. */
export type NotificationEvent = keyof typeof NotificationEventBits;
