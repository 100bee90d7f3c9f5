import { type Decoded, type Encodable, optional, sequence } from '@tegata/der';
import { iccid } from './elements.ts';
import { metadataElements } from './metadata-elements.ts';

export { MAXIMUM_ICON_OCTETS, NotificationConfigurationInformation } from './metadata-elements.ts';

/** What the user is shown of a profile, and what the eUICC keeps of it (SGP.22 sections 2.4.5, 4.4, 5.5.3). */

export const IconType = { jpg: 0, png: 1 } as const;
export const ProfileState = { disabled: 0, enabled: 1 } as const;
export const ProfileClass = { test: 0, provisioning: 1, operational: 2 } as const;

/** BF25: StoreMetadataRequest of ES8+, and profileMetadata of ES9+.AuthenticateClient: the same octets in both. */
export const StoreMetadataRequest = sequence(0xbf25, {
  iccid,
  serviceProviderName: metadataElements.serviceProviderName,
  profileName: metadataElements.profileName,
  iconType: optional(metadataElements.iconType),
  icon: optional(metadataElements.icon),
  profileClass: optional(metadataElements.profileClass),
  notificationConfigurationInfo: optional(metadataElements.notificationConfigurationInfo),
  profileOwner: optional(metadataElements.profileOwner),
  profilePolicyRules: optional(metadataElements.profilePolicyRules),
});
export type StoreMetadataRequest = Decoded<typeof StoreMetadataRequest>;
export type StoreMetadataRequestInput = Exclude<Encodable<typeof StoreMetadataRequest>, Uint8Array>;

/** BF2A: UpdateMetadataRequest of ES6. */
export const UpdateMetadataRequest = sequence(0xbf2a, {
  serviceProviderName: optional(metadataElements.serviceProviderName),
  profileName: optional(metadataElements.profileName),
  iconType: optional(metadataElements.iconType),
  icon: optional(metadataElements.icon),
  profilePolicyRules: optional(metadataElements.profilePolicyRules),
});
export type UpdateMetadataRequest = Decoded<typeof UpdateMetadataRequest>;
