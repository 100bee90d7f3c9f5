import { boolean, type Decoded, integer, octets, optional, sequence, utf8String, verbatim } from '@tegata/der';
import {
  ConfigureISDPRequest,
  GetRatResponse,
  type NotificationEvent,
  NotificationMetadata,
  StoreMetadataRequest,
} from '@tegata/rsp';
import { recordType } from '../memory/record-type.ts';

/** Records of the ISD-R: settings, profiles, notifications. */

/** One: settings of the eUICC. */
export const settingsRecord = recordType(
  'isd-r-settings',
  sequence(0x30, {
    /** FQDN of the default SM-DP+; absent: none */
    defaultDpAddress: optional(utf8String(0x80, 1, 255)),
    /** FQDN of the root SM-DS; empty: none */
    rootDsAddress: utf8String(0x81, 0, 255),
    /** rules authorisation table, as GetRAT answers it */
    rulesAuthorisationTable: GetRatResponse,
  }),
);

/** One: number of the next notification. */
export const sequenceRecord = recordType('isd-r-sequence', sequence(0x30, { next: integer(0x80, 1) }));

/** By AID of the ISD-P, 32 hexadecimal digits: a profile, its content apart. */
export const isdpRecord = recordType(
  'isd-p',
  sequence(0x30, {
    enabled: boolean(0x80),
    /** the user's own name for it */
    nickname: optional(utf8String(0x81, 1, 64)),
    /** registeredID of the SM-DP+ that it came from */
    smdpOid: utf8String(0x82),
    metadata: StoreMetadataRequest,
    configuration: ConfigureISDPRequest,
  }),
);
export type IsdP = Omit<Decoded<typeof isdpRecord.schema>, 'raw' | 'extensions'>;

/** At most one: AID of the operational profile that a test profile has taken the place of. */
export const suspendedRecord = recordType('isd-r-suspended-profile', octets(0x04, 16));

/** By sequence number: a notification that its server has not acknowledged. */
export const notificationRecord = recordType(
  'notification',
  sequence(0x30, {
    metadata: NotificationMetadata,
    /** ProfileInstallationResult, whole */
    installationResult: optional(verbatim(0xbf37)),
    /** of any other notification: the signature, and the CI whose certificates go with it */
    signature: optional(sequence(0xa0, { value: verbatim(0x5f37), ciKeyIdentifier: octets(0x80) })),
  }),
);
export type Notification = Decoded<typeof notificationRecord.schema>;

/**
 * At most one: the one-time key of a package that was not installed yet, so that the same package can still be loaded
 * after the power was lost.
 */
export const oneTimeKeyRecord = recordType(
  'isd-r-one-time-key',
  sequence(0x30, {
    curve: utf8String(0x80),
    privateKey: octets(0x81, 32),
    publicKey: octets(0x82, 65),
    /** registeredID of the SM-DP+ that it was made for */
    smdpOid: utf8String(0x83),
  }),
);

/** Key of a notification: in the order of the numbers. */
export function notificationIdentifier(seqNumber: number): string {
  return String(seqNumber).padStart(10, '0');
}

/** Whether the metadata of a notification is of this event. */
export function isOfEvent({ profileManagementOperation }: NotificationMetadata, event: NotificationEvent): boolean {
  return profileManagementOperation.includes(event);
}
