import { DerError, encodeTlv, parseChildren, parseTlv } from '@tegata/der';
import {
  fromHex,
  type ProfileIdentifier,
  ProfileInfo,
  ProfileInfoListError,
  ProfileInfoListRequest,
  ProfileInfoListResponse,
  ProfileState,
  parseTagList,
} from '@tegata/rsp';
import type { IsdRContext } from './context.ts';
import { classOf, installedProfiles, type PlacedIsdP } from './isd-p.ts';

/** Which profiles GetProfilesInfo tells of, and what of each. */
export interface ProfileInfoQuery {
  /** one profile, or all of one class (`ProfileClass`); default: all */
  readonly search?: ProfileIdentifier | { readonly kind: 'profileClass'; readonly value: number };
  /** tags of the elements that are wanted; default: all that there are. Unknown ones are passed over */
  readonly tags?: readonly number[];
}

/** What a request without tag list asks for (SGP.22 section 5.7.15): everything but B6, B7, B8 and 99. */
export const DEFAULT_PROFILE_INFO_TAGS: readonly number[] = [0x5a, 0x4f, 0x9f70, 0x90, 0x91, 0x92, 0x93, 0x94, 0x95];

/** ES10c.GetProfilesInfo (SGP.22 section 5.7.15), in the order of the AIDs. A search that finds nothing answers none. */
export function getProfilesInfo(context: IsdRContext, { search, tags }: ProfileInfoQuery = {}): ProfileInfo[] {
  return installedProfiles(context)
    .filter((profile) => search === undefined || isFound(profile, search))
    .map((profile) => ProfileInfo.decode(selected(profileInfo(profile), tags)));
}

/**
 * The same as STORE DATA carries it. A request that makes no sense is answered `incorrectInputValues`.
 *
 * @param request DER, tag BF2D
 * @returns DER of ProfileInfoListResponse, tag BF2D
 */
export function profileInfoList(context: IsdRContext, request: Uint8Array): Uint8Array {
  try {
    const { searchCriteria, tagList } = ProfileInfoListRequest.decode(request);
    const tags = tagList === undefined ? DEFAULT_PROFILE_INFO_TAGS : parseTagList(tagList);
    const found = getProfilesInfo(context, { tags, ...(searchCriteria !== undefined && { search: searchCriteria }) });
    return ProfileInfoListResponse.encode({ kind: 'profileInfoListOk', value: found.map(({ raw }) => raw) });
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    const value = ProfileInfoListError.incorrectInputValues;
    return ProfileInfoListResponse.encode({ kind: 'profileInfoListError', value });
  }
}

function isFound({ aid, isdp }: PlacedIsdP, search: NonNullable<ProfileInfoQuery['search']>): boolean {
  switch (search.kind) {
    case 'iccid':
      return isdp.metadata.iccid === search.value;
    case 'isdpAid':
      return Buffer.compare(fromHex(aid), search.value) === 0;
    case 'profileClass':
      return classOf(isdp) === search.value;
  }
}

function profileInfo({ aid, isdp }: PlacedIsdP): Uint8Array {
  const { metadata, nickname, enabled, configuration } = isdp;
  const { iccid, serviceProviderName, profileName, iconType, icon } = metadata;
  return ProfileInfo.encode({
    iccid,
    isdpAid: fromHex(aid),
    profileState: enabled ? ProfileState.enabled : ProfileState.disabled,
    profileNickname: nickname,
    serviceProviderName,
    profileName,
    iconType,
    icon,
    profileClass: classOf(isdp),
    notificationConfigurationInfo: metadata.notificationConfigurationInfo,
    profileOwner: metadata.profileOwner,
    dpProprietaryData: configuration.dpProprietaryData?.raw,
    profilePolicyRules: metadata.profilePolicyRules,
  });
}

function selected(info: Uint8Array, tags: readonly number[] | undefined): Uint8Array {
  if (tags === undefined) return info;
  const { tag, value } = parseTlv(info);
  return encodeTlv(tag, ...parseChildren(value).flatMap((child) => (tags.includes(child.tag) ? [child.raw] : [])));
}
