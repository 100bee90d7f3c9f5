import { ProfileResult } from '@tegata/contracts/gsma-rsp-v2';
import { deleteProfile, disableProfile, enableProfile, setNickname } from './profile-management.ts';

const iccid = '89000123456789012341';
const answering = (result: ProfileResult) => {
  const answer = async () => ({ result });
  return { enableProfile: answer, disableProfile: answer, deleteProfile: answer, setNickname: answer };
};

describe('local profile management', () => {
  it('ends quietly when the eUICC has done it', async () => {
    const es10c = answering(ProfileResult.OK);
    await expect(enableProfile(es10c, iccid)).resolves.toBeUndefined();
    await expect(disableProfile(es10c, iccid)).resolves.toBeUndefined();
    await expect(deleteProfile(es10c, iccid)).resolves.toBeUndefined();
    await expect(setNickname(es10c, iccid, 'travel')).resolves.toBeUndefined();
  });

  it.each([
    [ProfileResult.NOT_FOUND, 'PROFILE_NOT_FOUND'],
    [ProfileResult.WRONG_STATE, 'PROFILE_WRONG_STATE'],
    [ProfileResult.DISALLOWED_BY_POLICY, 'PROFILE_DISALLOWED_BY_POLICY'],
    [ProfileResult.WRONG_PROFILE_REENABLING, 'PROFILE_WRONG_REENABLING'],
    [ProfileResult.UNDEFINED_ERROR, 'PROFILE_UNDEFINED_ERROR'],
  ])('turns result %s into %s', async (result, code) => {
    await expect(enableProfile(answering(result), iccid)).rejects.toMatchObject({ code });
  });

  it('says what to do about a profile that is in the wrong state', async () => {
    await expect(deleteProfile(answering(ProfileResult.WRONG_STATE), iccid)).rejects.toThrow('disable it first');
  });
});
