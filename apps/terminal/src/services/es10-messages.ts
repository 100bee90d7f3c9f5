import {
  NotificationEvent,
  type NotificationMetadata,
  ProfileClass,
  type ProfileInfo,
  ProfileState,
} from '@tegata/contracts/gsma-rsp-v2';
import type { NotificationContents, ProfileContents } from '@tegata/lpa';
import { ProfileClass as RspClass, ProfileState as RspState } from '@tegata/rsp';

/** A profile as a message. */
export function profileMessage(profile: ProfileContents): ProfileInfo {
  return {
    iccid: profile.iccid ?? '',
    isdpAid: Buffer.from(profile.isdpAid ?? []),
    profileState: profile.profileState === RspState.enabled ? ProfileState.ENABLED : ProfileState.DISABLED,
    profileNickname: profile.profileNickname ?? '',
    serviceProviderName: profile.serviceProviderName ?? '',
    profileName: profile.profileName ?? '',
    profileClass: classOf(profile.profileClass),
  };
}

/** A notification's metadata as a message. */
export function notificationMessage(notification: NotificationContents): NotificationMetadata {
  const { seqNumber, profileManagementOperation, notificationAddress, iccid = '' } = notification;
  return { seqNumber, event: eventOf(profileManagementOperation[0]), notificationAddress, iccid };
}

/** A profile without class is an operational one (SGP.22 annex H). */
function classOf(profileClass: number | undefined): ProfileClass {
  switch (profileClass) {
    case RspClass.test:
      return ProfileClass.TEST;
    case RspClass.provisioning:
      return ProfileClass.PROVISIONING;
    case RspClass.operational:
    case undefined:
      return ProfileClass.OPERATIONAL;
    default:
      return ProfileClass.UNSPECIFIED;
  }
}

function eventOf(event: NotificationContents['profileManagementOperation'][number] | undefined): NotificationEvent {
  switch (event) {
    case 'install':
      return NotificationEvent.INSTALL;
    case 'enable':
      return NotificationEvent.ENABLE;
    case 'disable':
      return NotificationEvent.DISABLE;
    case 'delete':
      return NotificationEvent.DELETE;
    default:
      return NotificationEvent.UNSPECIFIED;
  }
}
