import { EnableResult } from '@tegata/rsp';
import { deleteProfile, disableProfile, enableProfile, setNickname } from './profile-management.ts';

const iccid = '89000123456789012341';
const answering = (result: number) => {
  const answer = async () => result;
  return { enableProfile: answer, disableProfile: answer, deleteProfile: answer, setNickname: answer };
};

describe('local profile management', () => {
  it('ends quietly when the eUICC has done it', async () => {
    const es10c = answering(EnableResult.ok);
    await expect(enableProfile(es10c, iccid)).resolves.toBeUndefined();
    await expect(disableProfile(es10c, iccid)).resolves.toBeUndefined();
    await expect(deleteProfile(es10c, iccid)).resolves.toBeUndefined();
    await expect(setNickname(es10c, iccid, 'travel')).resolves.toBeUndefined();
  });

  it.each([
    [EnableResult.iccidOrAidNotFound, 'PROFILE_NOT_FOUND'],
    [EnableResult.profileNotInDisabledState, 'PROFILE_WRONG_STATE'],
    [EnableResult.disallowedByPolicy, 'PROFILE_DISALLOWED_BY_POLICY'],
    [EnableResult.wrongProfileReenabling, 'PROFILE_WRONG_REENABLING'],
    [EnableResult.undefinedError, 'PROFILE_UNDEFINED_ERROR'],
  ])('turns result %s into %s', async (result, code) => {
    await expect(enableProfile(answering(result), iccid)).rejects.toMatchObject({ code });
  });

  it('says what to do about a profile that is in the wrong state', async () => {
    await expect(deleteProfile(answering(EnableResult.profileNotInDisabledState), iccid)).rejects.toThrow(
      'disable it first',
    );
  });
});
