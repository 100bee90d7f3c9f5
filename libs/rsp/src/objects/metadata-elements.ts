import { type Decoded, integer, namedBits, octets, sequence, sequenceOf, utf8String } from '@tegata/der';
import { NotificationEventBits } from '../identifiers/notification-event.ts';
import { serverAddress } from './elements.ts';
import { OperatorId } from './operator-id.ts';
import { PprIdBits } from './profile-policy-rules.ts';

/** Largest icon, in octets. */
export const MAXIMUM_ICON_OCTETS = 1024;

/** Where a server wants to be notified of an event. */
export const NotificationConfigurationInformation = sequence(0x30, {
  profileManagementOperation: namedBits(0x80, NotificationEventBits),
  notificationAddress: serverAddress(0x81),
});
export type NotificationConfigurationInformation = Decoded<typeof NotificationConfigurationInformation>;

/** Elements of the metadata that several structures have, all with tags of their own. */
export const metadataElements = {
  profileNickname: utf8String(0x90, 0, 64),
  serviceProviderName: utf8String(0x91, 0, 32),
  profileName: utf8String(0x92, 0, 64),
  /** see `IconType` */
  iconType: integer(0x93),
  icon: octets(0x94, 0, MAXIMUM_ICON_OCTETS),
  /** see `ProfileClass` */
  profileClass: integer(0x95),
  notificationConfigurationInfo: sequenceOf(0xb6, NotificationConfigurationInformation),
  profileOwner: OperatorId.withTag(0xb7),
  profilePolicyRules: namedBits(0x99, PprIdBits),
} as const;
