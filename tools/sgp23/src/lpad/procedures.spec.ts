import {
  deleteProfile,
  disableProfile,
  enableProfile,
  listProfiles,
  resetEuiccMemory,
  retrieveEid,
  setDefaultSmdpAddress,
  setNickname,
} from '@tegata/lpa';
import { ICCID, SMDP_ADDRESS, SMDS_ADDRESS, TeLpad, willing } from './te-lpad.ts';

let te: TeLpad;
beforeAll(async () => {
  te = await TeLpad.create();
});
afterEach(() => te.rest());
afterAll(() => te.end());

/** An LPAd whose eUICC has the profile, and an SM-DP+ that has heard of it. */
async function withProfile() {
  const served = await te.smdp();
  const added = await te.download(served);
  expect(added.code).toBe('installed');
  await added.deliver();
  return added;
}

describe('LPAd, procedure AddProfile', () => {
  it('shows the profile before it is installed, and installs it disabled', async () => {
    const served = await te.smdp();
    const shown: string[] = [];
    const { code, es10c } = await te.download(served, {
      consent: async ({ iccid, profileName }) => {
        shown.push(iccid, profileName);
        return 'install';
      },
    });
    expect([code, shown]).toEqual(['installed', [ICCID, 'Aozora test']]);
    expect(await listProfiles(es10c)).toMatchObject([{ iccid: ICCID, profileState: 0 }]);
  });

  it('works after a session that was cut off, with the same eUICC', async () => {
    const served = await te.smdp();
    const lpad = await te.lpad();
    served.server.attacks.set('getBoundProfilePackage', (response) => response.destroy());
    expect((await te.download(served, willing, {}, lpad)).code).toBe('SERVER_UNREACHABLE');
    served.server.attacks.clear();
    expect((await te.download(served, willing, {}, lpad)).code).toBe('installed');
  });
});

describe('LPAd, procedure ListProfiles', () => {
  it('lists none, and then the one there is', async () => {
    const { es10c } = await te.lpad();
    expect(await listProfiles(es10c)).toEqual([]);
    const added = await withProfile();
    expect(await listProfiles(added.es10c)).toMatchObject([{ iccid: ICCID, serviceProviderName: 'Aozora Mobile' }]);
  });
});

describe('LPAd, procedure SetNickname', () => {
  it('gives a name, and takes it away', async () => {
    const { es10c } = await withProfile();
    await setNickname(es10c, ICCID, 'travel');
    expect(await listProfiles(es10c)).toMatchObject([{ profileNickname: 'travel' }]);
    await setNickname(es10c, ICCID, '');
    expect((await listProfiles(es10c))[0]?.profileNickname ?? '').toBe('');
  });
});

describe('LPAd, procedure ProfileStates', () => {
  it('enables, disables and deletes, and tells the SM-DP+ each time, in order', async () => {
    const { es10c, deliver, heard } = await withProfile();
    await enableProfile(es10c, ICCID);
    await disableProfile(es10c, ICCID);
    await deleteProfile(es10c, ICCID);
    expect(await listProfiles(es10c)).toEqual([]);
    await deliver();
    expect(heard()).toEqual(['successResult', 'enable', 'disable', 'delete']);
  });

  it('says why something is not possible in the state that the profile is in', async () => {
    const { es10c } = await withProfile();
    await expect(disableProfile(es10c, ICCID)).rejects.toMatchObject({ code: 'PROFILE_WRONG_STATE' });
    await enableProfile(es10c, ICCID);
    await expect(deleteProfile(es10c, ICCID)).rejects.toMatchObject({ code: 'PROFILE_WRONG_STATE' });
    await expect(enableProfile(es10c, '8981001234567890133')).rejects.toMatchObject({ code: 'PROFILE_NOT_FOUND' });
  });
});

describe('LPAd, procedure RetrieveEID', () => {
  it('tells the EID that the eUICC has', async () => {
    const { es10c, euicc } = await te.lpad();
    expect(await retrieveEid(es10c)).toBe(euicc.eid);
  });
});

describe('LPAd, procedure eUICCMemoryReset', () => {
  it('erases operational profiles, the enabled one too, and tells the SM-DP+', async () => {
    const { es10c, deliver, heard } = await withProfile();
    await enableProfile(es10c, ICCID);
    expect(await resetEuiccMemory(es10c, ['deleteOperationalProfiles'])).toBe(true);
    expect(await listProfiles(es10c)).toEqual([]);
    await deliver();
    expect(heard()).toEqual(['successResult', 'enable', 'delete']);
  });

  it('leaves what was not named, and says when there is nothing to erase', async () => {
    const { es10c } = await withProfile();
    expect(await resetEuiccMemory(es10c, ['deleteFieldLoadedTestProfiles', 'resetDefaultSmdpAddress'])).toBe(false);
    expect(await listProfiles(es10c)).toMatchObject([{ iccid: ICCID }]);
  });
});

describe('LPAd, procedure SetDefaultDpAddress', () => {
  it('sets, edits and removes the address, and reset removes it', async () => {
    const { es10a, es10c } = await te.lpad();
    const addresses = () => es10a.getEuiccConfiguredAddresses();
    expect((await addresses()).defaultDpAddress).toBeUndefined();
    await setDefaultSmdpAddress(es10a, SMDP_ADDRESS);
    expect(await addresses()).toMatchObject({ defaultDpAddress: SMDP_ADDRESS, rootDsAddress: SMDS_ADDRESS });
    await setDefaultSmdpAddress(es10a, 'smdp.example.com');
    expect(await addresses()).toMatchObject({ defaultDpAddress: 'smdp.example.com' });
    await setDefaultSmdpAddress(es10a, '');
    expect((await addresses()).defaultDpAddress).toBeUndefined();
    await setDefaultSmdpAddress(es10a, SMDP_ADDRESS);
    expect(await resetEuiccMemory(es10c, ['resetDefaultSmdpAddress'])).toBe(true);
    expect((await addresses()).defaultDpAddress).toBeUndefined();
  });
});
