import { describeWithVectors, metadataFor, readFile, samplePackage } from '@tegata/euicc/testing';
import {
  DeleteResult,
  DisableResult,
  EnableResult,
  fromHex,
  ProfileInfoListError,
  ProfileInfoListRequest,
  ProfileInfoListResponse,
  ResetResult,
  SetNicknameResult,
} from '@tegata/rsp';
import {
  by,
  ICCID_UNKNOWN,
  ICCID_OP_PROF1 as OP1,
  ICCID_OP_PROF2 as OP2,
  ICCID_OP_PROF3 as OP3,
  TeEuicc,
} from './te-euicc.ts';

const ICCID_TEST = '89000123456789012341';
const isdp = (last: string) => ({ kind: 'isdpAid', value: fromHex(`A0000005591010FFFFFFFF89000010${last}`) }) as const;

let te: TeEuicc;
beforeEach(async () => {
  te = await TeEuicc.create();
});

async function testProfile(): Promise<void> {
  const profile = { upp: samplePackage('TS48v5_SAIP2.3_BERTLV_SUCI.der') };
  await te.load(ICCID_TEST, { profile, storeMetadata: metadataFor(ICCID_TEST, { profileClass: 0 }) });
  await te.acknowledgeAll();
}

// SGP.23 section 4.2.20
describeWithVectors('TC_eUICC_ES10c.GetProfilesInfo', () => {
  const ask = async (request: Parameters<typeof ProfileInfoListRequest.encode>[0] = {}) =>
    ProfileInfoListResponse.decode(await te.euicc.es10c.getProfileInfoList(ProfileInfoListRequest.encode(request)));
  const found = async (request?: Parameters<typeof ask>[0]): Promise<readonly object[]> => {
    const { kind, value } = await ask(request);
    if (kind !== 'profileInfoListOk') throw new Error(`error ${value}`);
    return value;
  };
  beforeEach(async () => {
    await te.profile(OP1, { iconType: 1, icon: Buffer.alloc(4, 1), profilePolicyRules: ['ppr1'] }, true);
    await te.profile(OP2, { profileClass: 1 });
  });

  it('#01 Nominal: all profiles, with the elements of the default list', async () => {
    expect(await found()).toMatchObject([
      { iccid: OP1, profileState: 1, profileClass: 2, iconType: 1 },
      { iccid: OP2, profileState: 0, profileClass: 1 },
    ]);
    for (const info of await found()) expect(info).not.toHaveProperty('profilePolicyRules');
  });

  it('#02 Nominal: by ICCID', async () => {
    expect(await found({ searchCriteria: { kind: 'iccid', value: OP2 } })).toMatchObject([{ iccid: OP2 }]);
  });

  it('#03 Nominal: by AID', async () => {
    expect(await found({ searchCriteria: isdp('00') })).toMatchObject([{ iccid: OP1 }]);
  });

  it('#04 Nominal: by class', async () => {
    expect(await found({ searchCriteria: { kind: 'profileClass', value: 1 } })).toMatchObject([{ iccid: OP2 }]);
  });

  it('#05 Nominal: elements of a tag list', async () => {
    const [info = {}] = await found({ searchCriteria: { kind: 'iccid', value: OP1 }, tagList: fromHex('5A9F7099') });
    expect(Object.keys(info).sort()).toEqual(['iccid', 'profilePolicyRules', 'profileState', 'raw']);
  });

  it('#06 Nominal: no profile fits', async () => {
    expect(await found({ searchCriteria: { kind: 'iccid', value: ICCID_UNKNOWN } })).toEqual([]);
  });

  it('#07 Error: incorrect input values', async () => {
    expect(await ask({ tagList: fromHex('9F') })).toEqual({
      kind: 'profileInfoListError',
      value: ProfileInfoListError.incorrectInputValues,
    });
  });
});

// SGP.23 section 4.2.21
describeWithVectors('TC_eUICC_ES10c.EnableProfile', () => {
  it.each([
    ['ICCID', by(OP1)],
    ['ISD-P AID', isdp('00')],
  ])('#01 Nominal: by %s, none enabled', async (_, profile) => {
    await te.profile(OP1);
    expect(await te.euicc.es10c.enableProfile(profile)).toBe(EnableResult.ok);
    expect(await te.stateOf(OP1)).toBe('enabled');
    expect(await readFile(te.euicc, '2FE2')).toBe('981800214365870921F5');
    expect(await te.notifications()).toEqual([`enable ${OP1}`]);
  });

  it('#02 Nominal: the one enabled before is disabled', async () => {
    await te.profile(OP1, {}, true);
    await te.profile(OP2);
    expect(await te.euicc.es10c.enableProfile(by(OP2))).toBe(EnableResult.ok);
    expect([await te.stateOf(OP1), await te.stateOf(OP2)]).toEqual(['disabled', 'enabled']);
    expect(await te.notifications()).toEqual([`disable ${OP1}`, `enable ${OP2}`]);
  });

  it('#03 Nominal: a test profile, in the place of a profile with PPR1', async () => {
    await te.profile(OP1, { profilePolicyRules: ['ppr1'] }, true);
    await testProfile();
    expect(await te.euicc.es10c.enableProfile(by(ICCID_TEST))).toBe(EnableResult.ok);
    expect(await te.stateOf(OP1)).toBe('disabled');
  });

  it('#04 Error: unknown ICCID, unknown AID', async () => {
    expect(await te.euicc.es10c.enableProfile(by(ICCID_UNKNOWN))).toBe(EnableResult.iccidOrAidNotFound);
    expect(await te.euicc.es10c.enableProfile(isdp('77'))).toBe(EnableResult.iccidOrAidNotFound);
  });

  it('#05 Error: not in state disabled', async () => {
    await te.profile(OP1, {}, true);
    expect(await te.euicc.es10c.enableProfile(by(OP1))).toBe(EnableResult.profileNotInDisabledState);
  });

  it('#06 Error: disallowed by policy of the enabled profile', async () => {
    await te.profile(OP1, { profilePolicyRules: ['ppr1'] }, true);
    await te.profile(OP2);
    expect(await te.euicc.es10c.enableProfile(by(OP2))).toBe(EnableResult.disallowedByPolicy);
    expect(await te.notifications()).toEqual([]);
  });

  it('#07 Error: wrong profile reenabling after a test profile', async () => {
    await te.profile(OP1, {}, true);
    await te.profile(OP2);
    await testProfile();
    await te.euicc.es10c.enableProfile(by(ICCID_TEST));
    expect(await te.euicc.es10c.enableProfile(by(OP2))).toBe(EnableResult.wrongProfileReenabling);
    expect(await te.euicc.es10c.enableProfile(by(OP1))).toBe(EnableResult.ok);
  });
});

// SGP.23 section 4.2.22
describeWithVectors('TC_eUICC_ES10c.DisableProfile', () => {
  it.each([
    ['ICCID', by(OP1)],
    ['ISD-P AID', isdp('00')],
  ])('#01 Nominal: by %s', async (_, profile) => {
    await te.profile(OP1, {}, true);
    expect(await te.euicc.es10c.disableProfile(profile)).toBe(DisableResult.ok);
    expect(await te.stateOf(OP1)).toBe('disabled');
    expect(await te.notifications()).toEqual([`disable ${OP1}`]);
  });

  it('#02 Nominal: a profile with PPR3 is deleted', async () => {
    await te.profile(OP1, { profilePolicyRules: ['ppr3'] }, true);
    expect(await te.euicc.es10c.disableProfile(by(OP1))).toBe(DisableResult.ok);
    expect(await te.stateOf(OP1)).toBe('absent');
    expect(await te.notifications()).toEqual([`disable ${OP1}`, `delete ${OP1}`]);
  });

  it('#03 Nominal: after a test profile the one before is enabled again', async () => {
    await te.profile(OP1, {}, true);
    await testProfile();
    await te.euicc.es10c.enableProfile(by(ICCID_TEST));
    expect(await te.euicc.es10c.disableProfile(by(ICCID_TEST))).toBe(DisableResult.ok);
    expect(await te.stateOf(OP1)).toBe('enabled');
  });

  it('#04 Error: unknown', async () => {
    expect(await te.euicc.es10c.disableProfile(by(ICCID_UNKNOWN))).toBe(DisableResult.iccidOrAidNotFound);
  });

  it('#05 Error: not in state enabled', async () => {
    await te.profile(OP1);
    expect(await te.euicc.es10c.disableProfile(by(OP1))).toBe(DisableResult.profileNotInEnabledState);
  });

  it('#06 Error: disallowed by policy', async () => {
    await te.profile(OP1, { profilePolicyRules: ['ppr1'] }, true);
    expect(await te.euicc.es10c.disableProfile(by(OP1))).toBe(DisableResult.disallowedByPolicy);
    expect(await te.stateOf(OP1)).toBe('enabled');
  });
});

// SGP.23 section 4.2.23
describeWithVectors('TC_eUICC_ES10c.DeleteProfile', () => {
  it.each([
    ['ICCID', by(OP1)],
    ['ISD-P AID', isdp('00')],
  ])('#01 Nominal: by %s', async (_, profile) => {
    await te.profile(OP1);
    expect(await te.euicc.es10c.deleteProfile(profile)).toBe(DeleteResult.ok);
    expect(await te.stateOf(OP1)).toBe('absent');
    expect(await te.notifications()).toEqual([`delete ${OP1}`]);
  });

  it('#02 Error: unknown', async () => {
    expect(await te.euicc.es10c.deleteProfile(by(ICCID_UNKNOWN))).toBe(DeleteResult.iccidOrAidNotFound);
  });

  it('#03 Error: not in state disabled', async () => {
    await te.profile(OP1, {}, true);
    expect(await te.euicc.es10c.deleteProfile(by(OP1))).toBe(DeleteResult.profileNotInDisabledState);
  });

  it('#04 Error: disallowed by policy', async () => {
    await te.profile(OP1, { profilePolicyRules: ['ppr2'] });
    expect(await te.euicc.es10c.deleteProfile(by(OP1))).toBe(DeleteResult.disallowedByPolicy);
    expect(await te.stateOf(OP1)).toBe('disabled');
  });
});

// SGP.23 section 4.2.24
describeWithVectors('TC_eUICC_ES10c.eUICCMemoryReset', () => {
  beforeEach(async () => {
    te = await TeEuicc.create({ defaultDpAddress: 'testsmdpplus1.example.com' });
  });
  const states = async (): Promise<string[]> =>
    Promise.all([OP1, OP2, OP3, ICCID_TEST].map((iccid) => te.stateOf(iccid)));

  it('#01 Nominal: operational profiles, enabled or not and whatever their rules; provisioning ones stay', async () => {
    await te.profile(OP1, { profilePolicyRules: ['ppr1', 'ppr2'] }, true);
    await te.profile(OP2);
    await te.profile(OP3, { profileClass: 1 });
    await testProfile();
    expect(await te.euicc.es10c.euiccMemoryReset(['deleteOperationalProfiles'])).toBe(ResetResult.ok);
    expect(await states()).toEqual(['absent', 'absent', 'disabled', 'disabled']);
    expect(await te.notifications()).toEqual([`delete ${OP1}`, `delete ${OP2}`]);
    expect((await te.euicc.es10a.getEuiccConfiguredAddresses()).defaultDpAddress).toBe('testsmdpplus1.example.com');
  });

  it('#02 Nominal: test profiles loaded in the field', async () => {
    await te.profile(OP1);
    await testProfile();
    await te.euicc.es10c.enableProfile(by(ICCID_TEST));
    expect(await te.euicc.es10c.euiccMemoryReset(['deleteFieldLoadedTestProfiles'])).toBe(ResetResult.ok);
    expect(await states()).toEqual(['disabled', 'absent', 'absent', 'absent']);
  });

  it('#03 Nominal: the default SM-DP+ address', async () => {
    await te.profile(OP1, {}, true);
    expect(await te.euicc.es10c.euiccMemoryReset(['resetDefaultSmdpAddress'])).toBe(ResetResult.ok);
    expect((await te.euicc.es10a.getEuiccConfiguredAddresses()).defaultDpAddress).toBeUndefined();
    expect(await te.stateOf(OP1)).toBe('enabled');
  });

  it('#04 Nominal: everything at once', async () => {
    await te.profile(OP1);
    await testProfile();
    const all = ['deleteOperationalProfiles', 'deleteFieldLoadedTestProfiles', 'resetDefaultSmdpAddress'] as const;
    expect(await te.euicc.es10c.euiccMemoryReset(all)).toBe(ResetResult.ok);
    expect(await te.euicc.es10c.getProfilesInfo()).toEqual([]);
  });

  it('#05 Error: nothing to delete', async () => {
    expect(await te.euicc.es10c.euiccMemoryReset(['deleteOperationalProfiles'])).toBe(ResetResult.nothingToDelete);
    expect(await te.euicc.es10c.euiccMemoryReset(['deleteFieldLoadedTestProfiles'])).toBe(ResetResult.nothingToDelete);
  });
});

// SGP.23 section 4.2.25
describeWithVectors('TC_eUICC_ES10c.GetEID', () => {
  it('#01 Nominal', async () => {
    expect(await te.euicc.es10c.getEid()).toBe('89049032123451234512345678901235');
  });
});

// SGP.23 section 4.2.26
describeWithVectors('TC_eUICC_ES10c.SetNickname', () => {
  const nickname = async (): Promise<string | undefined> =>
    (await te.euicc.es10c.getProfilesInfo({ search: by(OP1) }))[0]?.profileNickname;
  beforeEach(async () => {
    await te.profile(OP1);
  });

  it('#01 Nominal: add, change, remove', async () => {
    expect(await te.euicc.es10c.setNickname(OP1, 'Nick')).toBe(SetNicknameResult.ok);
    expect(await nickname()).toBe('Nick');
    expect(await te.euicc.es10c.setNickname(OP1, 'Ñick 2')).toBe(SetNicknameResult.ok);
    expect(await nickname()).toBe('Ñick 2');
    expect(await te.euicc.es10c.setNickname(OP1, '')).toBe(SetNicknameResult.ok);
    expect(await nickname()).toBeUndefined();
  });

  it('#02 Error: ICCID not found', async () => {
    expect(await te.euicc.es10c.setNickname(ICCID_UNKNOWN, 'Nick')).toBe(SetNicknameResult.iccidNotFound);
  });

  it('#03 Error: more than 64 characters', async () => {
    expect(await te.euicc.es10c.setNickname(OP1, 'n'.repeat(65))).toBe(SetNicknameResult.undefinedError);
    expect(await nickname()).toBeUndefined();
  });
});
