import {
  choice,
  type Decoded,
  encodeBoolean,
  explicit,
  integer,
  namedBits,
  octets,
  optional,
  sequence,
  sequenceOf,
} from '@tegata/der';
import { eid, iccid, isdpAid } from './elements.ts';
import { DpProprietaryData } from './es8plus.ts';
import { metadataElements } from './metadata-elements.ts';

/** ES10c: local management of profiles (SGP.22 sections 5.7.15 to 5.7.21). */

/** A profile, by the AID of its ISD-P or by its ICCID. */
export const ProfileIdentifier = choice({ isdpAid, iccid });
export type ProfileIdentifier = Decoded<typeof ProfileIdentifier>;

/** BF2D: GetProfilesInfo; without criteria, all profiles; without tag list, the default set of elements. */
export const ProfileInfoListRequest = sequence(0xbf2d, {
  searchCriteria: optional(explicit(0xa0, choice({ isdpAid, iccid, profileClass: metadataElements.profileClass }))),
  /** tags one after the other, see `parseTagList` */
  tagList: optional(octets(0x5c)),
});
export type ProfileInfoListRequest = Decoded<typeof ProfileInfoListRequest>;

/**
 * E3. `profileClass` is DEFAULT operational in the first editions of SGP.22 and OPTIONAL in the later ones: without it no
 * class is told, so whoever encodes it says operational, too (decision 59). Cards of the first editions leave it out.
 */
export const ProfileInfo = sequence(0xe3, {
  iccid: optional(iccid),
  isdpAid: optional(isdpAid),
  /** see `ProfileState` */
  profileState: optional(integer(0x9f70)),
  profileNickname: optional(metadataElements.profileNickname),
  serviceProviderName: optional(metadataElements.serviceProviderName),
  profileName: optional(metadataElements.profileName),
  /** see `IconType` */
  iconType: optional(metadataElements.iconType),
  icon: optional(metadataElements.icon),
  /** see `ProfileClass` */
  profileClass: optional(metadataElements.profileClass),
  notificationConfigurationInfo: optional(metadataElements.notificationConfigurationInfo),
  profileOwner: optional(metadataElements.profileOwner),
  dpProprietaryData: optional(DpProprietaryData),
  profilePolicyRules: optional(metadataElements.profilePolicyRules),
});
export type ProfileInfo = Decoded<typeof ProfileInfo>;

export const ProfileInfoListError = { incorrectInputValues: 1, undefinedError: 127 } as const;

export const ProfileInfoListResponse = explicit(
  0xbf2d,
  choice({
    profileInfoListOk: sequenceOf(0xa0, ProfileInfo),
    /** see `ProfileInfoListError` */
    profileInfoListError: integer(0x81),
  }),
);
export type ProfileInfoListResponse = Decoded<typeof ProfileInfoListResponse>;

const profileSwitch = {
  profileIdentifier: explicit(0xa0, ProfileIdentifier),
  /** whether the eUICC is to ask for a REFRESH. Read as BER has it: pySim and tools made from it write 01 for true */
  refreshFlag: octets(0x81, 1).as<boolean>(
    ([octet]) => octet !== 0,
    (flag) => encodeBoolean(flag),
  ),
} as const;

/** BF31: EnableProfile. */
export const EnableProfileRequest = sequence(0xbf31, profileSwitch);
export type EnableProfileRequest = Decoded<typeof EnableProfileRequest>;

export const EnableResult = {
  ok: 0,
  iccidOrAidNotFound: 1,
  profileNotInDisabledState: 2,
  disallowedByPolicy: 3,
  wrongProfileReenabling: 4,
  catBusy: 5,
  undefinedError: 127,
} as const;

export const EnableProfileResponse = sequence(0xbf31, {
  /** see `EnableResult` */
  enableResult: integer(0x80),
});
export type EnableProfileResponse = Decoded<typeof EnableProfileResponse>;

/** BF32: DisableProfile. */
export const DisableProfileRequest = sequence(0xbf32, profileSwitch);
export type DisableProfileRequest = Decoded<typeof DisableProfileRequest>;

export const DisableResult = {
  ok: 0,
  iccidOrAidNotFound: 1,
  profileNotInEnabledState: 2,
  disallowedByPolicy: 3,
  catBusy: 5,
  undefinedError: 127,
} as const;

export const DisableProfileResponse = sequence(0xbf32, {
  /** see `DisableResult` */
  disableResult: integer(0x80),
});
export type DisableProfileResponse = Decoded<typeof DisableProfileResponse>;

/** BF33: DeleteProfile. */
export const DeleteProfileRequest = explicit(0xbf33, ProfileIdentifier);
export type DeleteProfileRequest = Decoded<typeof DeleteProfileRequest>;

export const DeleteResult = {
  ok: 0,
  iccidOrAidNotFound: 1,
  profileNotInDisabledState: 2,
  disallowedByPolicy: 3,
  undefinedError: 127,
} as const;

export const DeleteProfileResponse = sequence(0xbf33, {
  /** see `DeleteResult` */
  deleteResult: integer(0x80),
});
export type DeleteProfileResponse = Decoded<typeof DeleteProfileResponse>;

export const ResetOptionBits = {
  deleteOperationalProfiles: 0,
  deleteFieldLoadedTestProfiles: 1,
  resetDefaultSmdpAddress: 2,
} as const;

/** BF34: eUICCMemoryReset. */
export const EuiccMemoryResetRequest = sequence(0xbf34, { resetOptions: namedBits(0x82, ResetOptionBits) });
export type EuiccMemoryResetRequest = Decoded<typeof EuiccMemoryResetRequest>;

export const ResetResult = { ok: 0, nothingToDelete: 1, catBusy: 5, undefinedError: 127 } as const;

export const EuiccMemoryResetResponse = sequence(0xbf34, {
  /** see `ResetResult` */
  resetResult: integer(0x80),
});
export type EuiccMemoryResetResponse = Decoded<typeof EuiccMemoryResetResponse>;

/** BF3E: GetEID; the tag list names the EID, tag 5A. */
export const GetEuiccDataRequest = sequence(0xbf3e, { tagList: octets(0x5c, 1) });
export type GetEuiccDataRequest = Decoded<typeof GetEuiccDataRequest>;

export const GetEuiccDataResponse = sequence(0xbf3e, { eidValue: eid });
export type GetEuiccDataResponse = Decoded<typeof GetEuiccDataResponse>;

/** The tag list of GetEID. */
export const EID_TAG_LIST: Uint8Array = Uint8Array.of(0x5a);

/** BF29: SetNickname; an empty nickname removes it. */
export const SetNicknameRequest = sequence(0xbf29, { iccid, profileNickname: metadataElements.profileNickname });
export type SetNicknameRequest = Decoded<typeof SetNicknameRequest>;

export const SetNicknameResult = { ok: 0, iccidNotFound: 1, undefinedError: 127 } as const;

export const SetNicknameResponse = sequence(0xbf29, {
  /** see `SetNicknameResult` */
  setNicknameResult: integer(0x80),
});
export type SetNicknameResponse = Decoded<typeof SetNicknameResponse>;
