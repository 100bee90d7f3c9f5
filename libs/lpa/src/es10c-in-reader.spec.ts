import {
  DisableProfileRequest,
  DisableProfileResponse,
  EnableProfileRequest,
  EnableProfileResponse,
  EnableResult,
  ProfileInfo,
  ProfileInfoListResponse,
  ProfileState,
} from '@tegata/rsp';
import { es10cInReader } from './es10c-in-reader.ts';
import { LpaError } from './lpa-error.ts';
import { disableProfile, enableProfile } from './profile-management.ts';

const iccid = '89000123456789012341';

interface Traits {
  /** Switches without refreshFlag, with it, or both. */
  readonly flags?: readonly boolean[];
  /** What it answers to the other way. */
  readonly otherwise?: number;
  /** Says that it has switched; absent: true. */
  readonly tells?: boolean;
  /** Has really switched; absent: true. */
  readonly switches?: boolean;
}

/** A card with one profile, which after a switch refuses everything until it is reset. */
function card({
  flags = [true, false],
  otherwise = EnableResult.undefinedError,
  tells = true,
  switches = true,
}: Traits) {
  let state: number = ProfileState.disabled;
  let stuck = false;
  const asked: (boolean | 'reset')[] = [];
  const refused = () => new LpaError('EUICC_COMMAND_REFUSED', 'The eUICC refused a command (status word 6985).');
  const change = (refreshFlag: boolean, next: number): number => {
    asked.push(refreshFlag);
    if (state === next) return EnableResult.profileNotInDisabledState;
    if (!flags.includes(refreshFlag)) return otherwise;
    stuck = true;
    if (switches) state = next;
    if (!tells) throw refused();
    return EnableResult.ok;
  };
  const execute = async (script: Uint8Array): Promise<Uint8Array> => {
    if (stuck) throw refused();
    if (script[1] === 0x31) {
      const { refreshFlag } = EnableProfileRequest.decode(script);
      return EnableProfileResponse.encode({ enableResult: change(refreshFlag, ProfileState.enabled) });
    }
    if (script[1] === 0x32) {
      const { refreshFlag } = DisableProfileRequest.decode(script);
      return DisableProfileResponse.encode({ disableResult: change(refreshFlag, ProfileState.disabled) });
    }
    const value = [ProfileInfo.encode({ iccid, profileState: state })];
    return ProfileInfoListResponse.encode({ kind: 'profileInfoListOk', value });
  };
  const es10c = es10cInReader({ execute }, async () => {
    stuck = false;
    asked.push('reset');
  });
  return { es10c, asked, state: () => state };
}

describe('a profile of a card in a reader', () => {
  it('is switched without a REFRESH, which nobody would carry out, and the card is reset in its place', async () => {
    const { es10c, asked, state } = card({});
    await enableProfile(es10c, iccid);
    expect(state()).toBe(ProfileState.enabled);
    await disableProfile(es10c, iccid);
    expect(state()).toBe(ProfileState.disabled);
    expect(asked).toEqual([false, 'reset', false, 'reset']);
  });

  it.each([EnableResult.undefinedError, EnableResult.catBusy])(
    'is switched with a REFRESH on a card that answers %s without',
    async (otherwise) => {
      const { es10c, asked, state } = card({ flags: [true], otherwise });
      await enableProfile(es10c, iccid);
      expect(state()).toBe(ProfileState.enabled);
      expect(asked).toEqual([false, 'reset', true, 'reset']);
    },
  );

  it('is found to be switched where the card would not say so before its reset', async () => {
    const { es10c } = card({ tells: false });
    await expect(enableProfile(es10c, iccid)).resolves.toBeUndefined();
  });

  it('is told as it is, where the card says otherwise', async () => {
    await expect(enableProfile(card({ switches: false }).es10c, iccid)).rejects.toMatchObject({
      code: 'PROFILE_UNDEFINED_ERROR',
    });
    const neither = card({ tells: false, switches: false });
    await expect(enableProfile(neither.es10c, iccid)).rejects.toMatchObject({ code: 'EUICC_COMMAND_REFUSED' });
  });

  it('in the wrong state is refused once, and the card left as it is', async () => {
    const { es10c, asked } = card({});
    await expect(disableProfile(es10c, iccid)).rejects.toMatchObject({ code: 'PROFILE_WRONG_STATE' });
    expect(asked).toEqual([false]);
  });
});
