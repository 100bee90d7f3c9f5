import { ProfileClass } from '@tegata/contracts/gsma-rsp-v2';
import type { OfferedProfile } from '@tegata/contracts/terminal-v1';
import { IconType, ProfileClass as RspClass, type StoreMetadataRequest } from '@tegata/rsp';
import { asBuffer } from '../octets.ts';

const iconTypes = new Map<number | undefined, string>([
  [IconType.jpg, 'image/jpeg'],
  [IconType.png, 'image/png'],
]);

const classes = new Map<number, ProfileClass>([
  [RspClass.test, ProfileClass.TEST],
  [RspClass.provisioning, ProfileClass.PROVISIONING],
  [RspClass.operational, ProfileClass.OPERATIONAL],
]);

/** A profile as an SM-DP+ offers it, as a message. */
export function offeredProfile(metadata: StoreMetadataRequest, smdpAddress: string): OfferedProfile {
  const { iccid, serviceProviderName, profileName, profileClass, profilePolicyRules = [], iconType, icon } = metadata;
  return {
    iccid,
    serviceProviderName,
    profileName,
    profileClass: classes.get(profileClass ?? RspClass.operational) ?? ProfileClass.UNSPECIFIED,
    policyRules: [...profilePolicyRules],
    iconType: icon === undefined ? '' : (iconTypes.get(iconType) ?? ''),
    icon: asBuffer(icon ?? new Uint8Array(0)),
    smdpAddress,
    policyRulesToConsent: [],
  };
}
