import { fromHex, ProfileInfo, ProfileState } from '@tegata/rsp';
import type { IsdRContext } from './context.ts';
import { classOf, installedProfiles } from './isd-p.ts';

/** ES10c.GetProfilesInfo (SGP.22 section 5.7.15): everything the eUICC tells of each profile. */
export function getProfilesInfo(context: IsdRContext): ProfileInfo[] {
  return installedProfiles(context).map(({ aid, isdp }) => {
    const { metadata, nickname, enabled, configuration } = isdp;
    const { iccid, serviceProviderName, profileName, iconType, icon } = metadata;
    return ProfileInfo.decode(
      ProfileInfo.encode({
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
      }),
    );
  });
}
