import {
  ProfileClass as ClassValue,
  NotificationEvent as EventValue,
  type ProfileIdentifier as IdentifierMessage,
  type ProfileInfo as InfoMessage,
  type NotificationMetadata as MetadataMessage,
  ProfileResult,
  ProfileState as StateValue,
} from '@tegata/contracts/gsma-rsp-v2';
import {
  type NotificationEvent,
  type NotificationMetadata,
  ProfileClass,
  type ProfileIdentifier,
  type ProfileInfo,
  ProfileState,
} from '@tegata/rsp';

/** Values of ES10 in the messages of the contracts, and back. */

const EVENTS: Readonly<Record<NotificationEvent, EventValue>> = {
  install: EventValue.INSTALL,
  enable: EventValue.ENABLE,
  disable: EventValue.DISABLE,
  delete: EventValue.DELETE,
};

/** The event; undefined for UNSPECIFIED. */
export function eventOf(value: EventValue): NotificationEvent | undefined {
  return (Object.keys(EVENTS) as NotificationEvent[]).find((event) => EVENTS[event] === value);
}

export function metadataMessage(metadata: NotificationMetadata): MetadataMessage {
  const [event] = metadata.profileManagementOperation;
  const isKnown = event === 'install' || event === 'enable' || event === 'disable' || event === 'delete';
  return {
    seqNumber: metadata.seqNumber,
    event: isKnown ? EVENTS[event] : EventValue.UNSPECIFIED,
    notificationAddress: metadata.notificationAddress,
    iccid: metadata.iccid ?? '',
  };
}

/** @throws TypeError for an identifier that is not set: the field rules ask for one */
export function identifierOf(message: IdentifierMessage | undefined): ProfileIdentifier {
  const identifier = message?.identifier;
  if (identifier === undefined) throw new TypeError('no profile is named');
  return identifier.$case === 'iccid'
    ? { kind: 'iccid', value: identifier.value }
    : { kind: 'isdpAid', value: identifier.value };
}

/** Results have the same numbers in all functions of ES10c (SGP.22 sections 5.7.16 to 5.7.21). */
const RESULTS: Readonly<Record<number, ProfileResult>> = {
  0: ProfileResult.OK,
  1: ProfileResult.NOT_FOUND,
  2: ProfileResult.WRONG_STATE,
  3: ProfileResult.DISALLOWED_BY_POLICY,
  4: ProfileResult.WRONG_PROFILE_REENABLING,
};

export function resultMessage(result: number): { readonly result: ProfileResult } {
  return { result: RESULTS[result] ?? ProfileResult.UNDEFINED_ERROR };
}

const CLASSES: Readonly<Record<number, ClassValue>> = {
  [ProfileClass.test]: ClassValue.TEST,
  [ProfileClass.provisioning]: ClassValue.PROVISIONING,
  [ProfileClass.operational]: ClassValue.OPERATIONAL,
};

export function infoMessage(info: ProfileInfo): InfoMessage {
  return {
    iccid: info.iccid ?? '',
    isdpAid: Buffer.from(info.isdpAid ?? []),
    profileState: info.profileState === ProfileState.enabled ? StateValue.ENABLED : StateValue.DISABLED,
    profileNickname: info.profileNickname ?? '',
    serviceProviderName: info.serviceProviderName ?? '',
    profileName: info.profileName ?? '',
    profileClass: CLASSES[info.profileClass ?? ProfileClass.operational] ?? ClassValue.UNSPECIFIED,
  };
}
