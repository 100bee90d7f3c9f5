import type { ProfileIdentifier, ProfileInfo } from '@tegata/rsp';
import type { ResetOption } from '../isd-r/euicc-memory-reset.ts';
import type { ProfileInfoQuery } from '../isd-r/get-profiles-info.ts';
import type { IsdR } from '../isd-r/isd-r.ts';
import type { OneAtATime } from '../one-at-a-time.ts';

/**
 * ES10c (SGP.22 sections 5.7.15 to 5.7.21): local profile management. Results are the numbers of SGP.22, which `@tegata/rsp`
 * has names for.
 */
export interface Es10c {
  getProfilesInfo(query?: ProfileInfoQuery): Promise<ProfileInfo[]>;
  /** The same with BF2D in and out. */
  getProfileInfoList(request: Uint8Array): Promise<Uint8Array>;
  /** Answers an `EnableResult`. Another file system is there: what was selected and verified in the old one is over. */
  enableProfile(profile: ProfileIdentifier): Promise<number>;
  /** Answers a `DisableResult`. Files are over as above. */
  disableProfile(profile: ProfileIdentifier): Promise<number>;
  /** Answers a `DeleteResult`. */
  deleteProfile(profile: ProfileIdentifier): Promise<number>;
  /** Answers a `ResetResult`. */
  euiccMemoryReset(options: readonly ResetOption[]): Promise<number>;
  /** 32 digits. */
  getEid(): Promise<string>;
  /** Answers a `SetNicknameResult`; an empty nickname removes it. */
  setNickname(iccid: string, nickname: string): Promise<number>;
}

/** @param switched called in the turn in which another profile, or none, may have become the enabled one */
export function es10c(turns: OneAtATime, isdR: IsdR, switched: () => void): Es10c {
  const switching = (work: () => Promise<number>): Promise<number> =>
    turns.run(async () => {
      const result = await work();
      switched();
      return result;
    });
  return {
    getProfilesInfo: (query) => turns.run(() => isdR.getProfilesInfo(query)),
    getProfileInfoList: (request) => turns.run(() => isdR.profileInfoList(request)),
    enableProfile: (profile) => switching(() => isdR.enableProfile(profile)),
    disableProfile: (profile) => switching(() => isdR.disableProfile(profile)),
    deleteProfile: (profile) => switching(() => isdR.deleteProfile(profile)),
    euiccMemoryReset: (options) => switching(() => isdR.euiccMemoryReset(options)),
    getEid: () => turns.run(() => isdR.getEid()),
    setNickname: (iccid, nickname) => turns.run(() => isdR.setNickname(iccid, nickname)),
  };
}
