import {
  DeleteResult,
  DisableResult,
  EnableResult,
  fromHex,
  GetRatResponse,
  type NotificationEvent,
  PendingNotification,
  type ProfileInfo,
  ProfileInfoListError,
  ProfileInfoListRequest,
  ProfileInfoListResponse,
  ResetResult,
  SetNicknameResult,
  type StoreMetadataRequestInput,
  toHex,
  verifyOtherNotification,
} from '@tegata/rsp';
import { Euicc } from '../euicc.ts';
import { lengthOf, readFile, selectApplication } from '../testing/modem.ts';
import { aesKeySet, INSTALL_FOR_PERSONALISATION, OtaPlatform, updateMetadataScript } from '../testing/ota-platform.ts';
import { MNO_SD, subscriptionPackage } from '../testing/subscription.ts';
import { NOW, newEuicc, testOptions } from '../testing/test-euicc.ts';
import { metadataFor, TestSmdp } from '../testing/test-smdp.ts';
import { describeWithVectors, samplePackage, vectorCertificate } from '../testing/vectors.ts';

const OWNER = { mccMnc: '00101' };
const A = '8981001234567890125';
const B = '8981001234567890133';
const C = '8981001234567890141';
const TEST = '89000123456789012341';

describeWithVectors('local profile management', () => {
  const smdp = new TestSmdp();
  let euicc: Euicc;

  beforeEach(async () => {
    ({ euicc } = await newEuicc());
  });

  const by = (iccid: string) => ({ kind: 'iccid', value: iccid }) as const;
  async function install(iccid: string, more: Partial<StoreMetadataRequestInput> = {}): Promise<void> {
    const upp =
      iccid === TEST
        ? samplePackage('TS48v5_SAIP2.3_BERTLV_SUCI.der')
        : subscriptionPackage({ iccid, mnoSecurityDomain: MNO_SD });
    await smdp.install(euicc, upp, metadataFor(iccid, more));
    const [{ seqNumber } = { seqNumber: 0 }] = (await euicc.es10b.listNotification()).slice(-1);
    await euicc.es10b.removeNotificationFromList(seqNumber);
  }
  const enabled = async (): Promise<string[]> =>
    (await euicc.es10c.getProfilesInfo())
      .filter(({ profileState }) => profileState === 1)
      .map(({ iccid }) => iccid ?? '');
  const notifications = async (): Promise<string[]> =>
    (await euicc.es10b.listNotification()).map(
      ({ profileManagementOperation, iccid }) => `${profileManagementOperation.join()} ${iccid}`,
    );

  it('has one profile enabled at a time, and the card is that of the profile', async () => {
    await install(A);
    await install(B);
    expect((await selectApplication(euicc, 'A0000000871002')).sw).toBe('6A82');
    expect(await euicc.es10c.enableProfile(by(A))).toBe(EnableResult.ok);
    expect(await readFile(euicc, '2FE2')).toBe('981800214365870921F5');
    expect(await euicc.es10c.enableProfile(by(B))).toBe(EnableResult.ok);
    expect(await enabled()).toEqual([B]);
    expect(await readFile(euicc, '2FE2')).toBe('981800214365870931F3');
    expect(await euicc.es10c.disableProfile(by(B))).toBe(DisableResult.ok);
    expect(await enabled()).toEqual([]);
    expect((await selectApplication(euicc, 'A0000000871002')).sw).toBe('6A82');
    expect(await notifications()).toEqual([`enable ${A}`, `disable ${A}`, `enable ${B}`, `disable ${B}`]);
  });

  it('names profiles by AID as well', async () => {
    await install(A);
    const aid = fromHex('A0000005591010FFFFFFFF8900001000');
    expect(await euicc.es10c.enableProfile({ kind: 'isdpAid', value: aid })).toBe(EnableResult.ok);
    expect(await enabled()).toEqual([A]);
  });

  it('answers notFound for profiles that it does not have', async () => {
    expect(await euicc.es10c.enableProfile(by(A))).toBe(EnableResult.iccidOrAidNotFound);
    expect(await euicc.es10c.disableProfile(by(A))).toBe(DisableResult.iccidOrAidNotFound);
    expect(await euicc.es10c.deleteProfile(by(A))).toBe(DeleteResult.iccidOrAidNotFound);
    expect(await euicc.es10c.setNickname(A, 'x')).toBe(SetNicknameResult.iccidNotFound);
    expect(await notifications()).toEqual([]);
  });

  it('answers the wrong state for what is as asked already, and for deleting what is in use', async () => {
    await install(A);
    expect(await euicc.es10c.disableProfile(by(A))).toBe(DisableResult.profileNotInEnabledState);
    await euicc.es10c.enableProfile(by(A));
    expect(await euicc.es10c.enableProfile(by(A))).toBe(EnableResult.profileNotInDisabledState);
    expect(await euicc.es10c.deleteProfile(by(A))).toBe(DeleteResult.profileNotInDisabledState);
    expect(await notifications()).toEqual([`enable ${A}`]);
  });

  it('keeps a profile enabled whose rules forbid disabling, and one that may not be deleted', async () => {
    await install(A, { profilePolicyRules: ['ppr1'], profileOwner: OWNER });
    await install(B, { profilePolicyRules: ['ppr2'], profileOwner: OWNER });
    expect(await euicc.es10c.deleteProfile(by(B))).toBe(DeleteResult.disallowedByPolicy);
    await euicc.es10c.enableProfile(by(A));
    expect(await euicc.es10c.disableProfile(by(A))).toBe(DisableResult.disallowedByPolicy);
    expect(await euicc.es10c.enableProfile(by(B))).toBe(EnableResult.disallowedByPolicy);
    expect(await enabled()).toEqual([A]);
  });

  it('deletes a profile that is to be deleted when it is disabled', async () => {
    const rule = { pprIds: ['ppr3'], allowedOperators: [OWNER], consentRequired: false } as const;
    ({ euicc } = await newEuicc({}, { rulesAuthorisationTable: [rule] }));
    await install(A, { profilePolicyRules: ['ppr3'], profileOwner: OWNER });
    await euicc.es10c.enableProfile(by(A));
    expect(await euicc.es10c.disableProfile(by(A))).toBe(DisableResult.ok);
    expect(await euicc.es10c.getProfilesInfo()).toEqual([]);
    expect(await notifications()).toEqual([`enable ${A}`, `disable ${A}`, `delete ${A}`]);
  });

  it('lets a test profile stand in for any other, and gives the place back to that one only', async () => {
    await install(A, { profilePolicyRules: ['ppr1'], profileOwner: OWNER });
    await install(B);
    await install(TEST, { profileClass: 0 });
    await euicc.es10c.enableProfile(by(A));
    expect(await euicc.es10c.enableProfile(by(TEST))).toBe(EnableResult.ok);
    expect(await euicc.es10c.enableProfile(by(B))).toBe(EnableResult.wrongProfileReenabling);
    expect(await euicc.es10c.enableProfile(by(A))).toBe(EnableResult.ok);
    await euicc.es10c.enableProfile(by(TEST));
    expect(await euicc.es10c.disableProfile(by(TEST))).toBe(DisableResult.ok);
    expect(await enabled()).toEqual([A]);
    expect((await notifications()).slice(-2)).toEqual([`disable ${TEST}`, `enable ${A}`]);
  });

  it('forgets the profile that a test profile stands in for when the test profile is erased', async () => {
    await install(A);
    await install(B);
    await install(TEST, { profileClass: 0 });
    await euicc.es10c.enableProfile(by(A));
    await euicc.es10c.enableProfile(by(TEST));
    expect(await euicc.es10c.euiccMemoryReset(['deleteFieldLoadedTestProfiles'])).toBe(ResetResult.ok);
    expect(await enabled()).toEqual([]);
    await install(TEST, { profileClass: 0 });
    await euicc.es10c.enableProfile(by(TEST));
    expect(await euicc.es10c.disableProfile(by(TEST))).toBe(DisableResult.ok);
    expect(await enabled()).toEqual([]);
  });

  it('forgets it also when that profile was deleted by stepping aside', async () => {
    const rule = { pprIds: ['ppr3'], allowedOperators: [OWNER], consentRequired: false } as const;
    ({ euicc } = await newEuicc({}, { rulesAuthorisationTable: [rule] }));
    await install(A, { profilePolicyRules: ['ppr3'], profileOwner: OWNER });
    await install(TEST, { profileClass: 0 });
    await euicc.es10c.enableProfile(by(A));
    await euicc.es10c.enableProfile(by(TEST));
    await install(B);
    expect(await euicc.es10c.enableProfile(by(B))).toBe(EnableResult.ok);
    expect(await enabled()).toEqual([B]);
  });

  it('lets a provisioning profile stand in for one that may not be disabled', async () => {
    await install(A, { profilePolicyRules: ['ppr1'], profileOwner: OWNER });
    await install(B, { profileClass: 1 });
    await euicc.es10c.enableProfile(by(A));
    expect(await euicc.es10c.enableProfile(by(B))).toBe(EnableResult.ok);
    expect(await euicc.es10c.enableProfile(by(A))).toBe(EnableResult.ok);
    expect(await enabled()).toEqual([A]);
  });

  it('notifies every address that the metadata lists for an event, and no other', async () => {
    const of = (notificationAddress: string, ...profileManagementOperation: NotificationEvent[]) => ({
      notificationAddress,
      profileManagementOperation,
    });
    await install(A, {
      notificationConfigurationInfo: [
        of('one.example', 'enable', 'delete'),
        of('two.example', 'enable'),
        of('no.example', 'install'),
      ],
    });
    await euicc.es10c.enableProfile(by(A));
    await euicc.es10c.disableProfile(by(A));
    await euicc.es10c.deleteProfile(by(A));
    const list = await euicc.es10b.listNotification();
    expect(list.map(({ seqNumber, notificationAddress }) => [seqNumber, notificationAddress])).toEqual([
      [2, 'one.example'],
      [3, 'two.example'],
      [4, 'one.example'],
    ]);
    expect(await euicc.es10b.listNotification('delete')).toHaveLength(1);
    expect(await euicc.es10b.retrieveNotificationsList({ event: 'enable' })).toHaveLength(2);
    expect(await euicc.es10b.retrieveNotificationsList({ seqNumber: 9 })).toEqual([]);
    const [octets] = await euicc.es10b.retrieveNotificationsList({ seqNumber: 3 });
    const { kind, value } = PendingNotification.decode(octets ?? new Uint8Array(0));
    if (kind !== 'otherSignedNotification') throw new Error(kind);
    const signer = verifyOtherNotification(value, [vectorCertificate('CI_ECDSA_NIST')], NOW);
    expect(signer.eid).toBe(euicc.eid);
    expect(value.tbsOtherNotification).toMatchObject({ iccid: A, profileManagementOperation: ['enable'] });
  });

  it('holds a notification until it is acknowledged, and never gives a number twice', async () => {
    const { folder, euicc: first } = await newEuicc();
    euicc = first;
    await install(A);
    await euicc.es10c.enableProfile(by(A));
    await euicc.close();
    euicc = await Euicc.open(testOptions(folder));
    expect(await enabled()).toEqual([A]);
    expect(await readFile(euicc, '2FE2')).toBe('981800214365870921F5');
    expect(await notifications()).toEqual([`enable ${A}`]);
    await euicc.es10b.removeNotificationFromList(2);
    await expect(euicc.es10b.removeNotificationFromList(2)).rejects.toMatchObject({ code: 'NOTIFICATION_NOT_FOUND' });
    await euicc.es10c.disableProfile(by(A));
    expect((await euicc.es10b.listNotification()).map(({ seqNumber }) => seqNumber)).toEqual([3]);
  });

  it('erases by class at a memory reset, in use or not and whatever the rules, and tells the servers', async () => {
    await install(A, { profilePolicyRules: ['ppr1', 'ppr2'], profileOwner: OWNER });
    await install(C, { profileClass: 1 });
    await install(TEST, { profileClass: 0 });
    await euicc.es10c.enableProfile(by(A));
    await euicc.es10a.setDefaultDpAddress('smdp.example');
    expect(await euicc.es10c.euiccMemoryReset(['deleteFieldLoadedTestProfiles'])).toBe(ResetResult.ok);
    expect(await enabled()).toEqual([A]);
    expect(await euicc.es10c.euiccMemoryReset(['deleteOperationalProfiles', 'resetDefaultSmdpAddress'])).toBe(
      ResetResult.ok,
    );
    expect((await euicc.es10c.getProfilesInfo()).map(({ iccid }) => iccid)).toEqual([C]);
    expect(await euicc.es10a.getEuiccConfiguredAddresses()).toEqual({ rootDsAddress: 'rootsmds.example.com' });
    expect((await selectApplication(euicc, 'A0000000871002')).sw).toBe('6A82');
    expect((await notifications()).slice(-2)).toEqual([`delete ${TEST}`, `delete ${A}`]);
    expect(await euicc.es10c.euiccMemoryReset(['deleteOperationalProfiles'])).toBe(ResetResult.nothingToDelete);
  });

  it('keeps the user own name of a profile, through everything, until it is taken away', async () => {
    await install(A);
    expect(await euicc.es10c.setNickname(A, '旅行用')).toBe(SetNicknameResult.ok);
    await euicc.es10c.enableProfile(by(A));
    expect(await euicc.es10c.getProfilesInfo()).toMatchObject([{ profileNickname: '旅行用' }]);
    await euicc.es10c.setNickname(A, '');
    expect((await euicc.es10c.getProfilesInfo())[0]).not.toHaveProperty('profileNickname');
  });

  it('refuses a name that is too long', async () => {
    await install(A);
    expect(await euicc.es10c.setNickname(A, 'x'.repeat(65))).toBe(SetNicknameResult.undefinedError);
    expect(await euicc.es10c.setNickname(A, '旅'.repeat(64))).toBe(SetNicknameResult.ok);
  });

  describe('tells of profiles', () => {
    const tell = async (
      request: Parameters<typeof ProfileInfoListRequest.encode>[0],
    ): Promise<ProfileInfo[] | number> =>
      ProfileInfoListResponse.decode(await euicc.es10c.getProfileInfoList(ProfileInfoListRequest.encode(request)))
        .value as ProfileInfo[] | number;
    const iccids = async (request: Parameters<typeof tell>[0]): Promise<unknown> => {
      const found = await tell(request);
      return typeof found === 'number' ? found : found.map(({ iccid }) => iccid);
    };
    beforeEach(async () => {
      await install(A, { iconType: 1, icon: Buffer.alloc(16, 7), profilePolicyRules: ['ppr2'], profileOwner: OWNER });
      await install(B, { profileClass: 1 });
      await install(TEST, { profileClass: 0 });
    });

    it('by ICCID, AID or class', async () => {
      expect(await iccids({})).toEqual([A, B, TEST]);
      expect(await iccids({ searchCriteria: { kind: 'iccid', value: B } })).toEqual([B]);
      const isdpAid = fromHex('A0000005591010FFFFFFFF8900001002');
      expect(await iccids({ searchCriteria: { kind: 'isdpAid', value: isdpAid } })).toEqual([TEST]);
      expect(await iccids({ searchCriteria: { kind: 'profileClass', value: 2 } })).toEqual([A]);
      expect(await iccids({ searchCriteria: { kind: 'profileClass', value: 1 } })).toEqual([B]);
      expect(await iccids({ searchCriteria: { kind: 'iccid', value: C } })).toEqual([]);
    });

    it('what is asked for, and without a list everything but notifications, owner, SM-DP+ data and rules', async () => {
      const criterion = { searchCriteria: { kind: 'iccid', value: A } } as const;
      const [standard = {}] = (await tell(criterion)) as object[];
      expect(Object.keys(standard).sort()).toEqual(
        'icon iconType iccid isdpAid profileClass profileName profileState raw serviceProviderName'.split(' ').sort(),
      );
      const [chosen = {}] = (await tell({ ...criterion, tagList: fromHex('9F70B799B6C0') })) as object[];
      expect(chosen).toMatchObject({ profileState: 0, profileOwner: OWNER, profilePolicyRules: ['ppr2'] });
      expect(chosen).not.toHaveProperty('iccid');
    });

    it('and refuses requests that make no sense', async () => {
      expect(await tell({ tagList: fromHex('9F') })).toBe(ProfileInfoListError.incorrectInputValues);
      const response = await euicc.es10c.getProfileInfoList(fromHex('BF2D04A002 5A00'.replace(' ', '')));
      expect(ProfileInfoListResponse.decode(response).kind).toBe('profileInfoListError');
    });
  });

  describe('lets the operator of the enabled profile', () => {
    const platform = new OtaPlatform(aesKeySet(1, MNO_SD.encryption, MNO_SD.integrity));
    const run = async (script: string): Promise<string> => {
      const { sw, response } = await platform.send(euicc, { tar: 'B20100', script });
      if (response === undefined) return sw;
      const [executed, ...status] = response.data;
      return `${executed} ${toHex(Uint8Array.from(status))}`;
    };
    const update = (change: Parameters<typeof updateMetadataScript>[0]) => run(updateMetadataScript(change));
    const told = async () => (await euicc.es10c.getProfilesInfo({ search: by(A) }))[0];
    beforeEach(async () => {
      await install(A, { iconType: 1, icon: Buffer.alloc(16, 7), profilePolicyRules: ['ppr1'], profileOwner: OWNER });
    });

    it('change names and icon, and leaves the rest', async () => {
      expect(await update({ profileName: 'x' })).toBe('6A81');
      await euicc.es10c.enableProfile(by(A));
      await euicc.es10c.setNickname(A, 'mine');
      expect(await update({ profileName: 'Other', serviceProviderName: 'New' })).toBe('2 9000');
      expect(await told()).toMatchObject({
        profileName: 'Other',
        serviceProviderName: 'New',
        iconType: 1,
        profileNickname: 'mine',
        profileState: 1,
        profilePolicyRules: ['ppr1'],
      });
      expect(await update({ icon: new Uint8Array(0) })).toBe('2 9000');
      expect(await told()).not.toHaveProperty('icon');
      expect(await update({ icon: Buffer.alloc(4) })).toBe('2 6A80');
      expect(await update({ iconType: 0 })).toBe('2 6A80');
    });

    it('send no other command, and name no other ISD-P', async () => {
      await euicc.es10c.enableProfile(by(A));
      const { iconType } = (await told()) ?? {};
      const store = '80E2910005BF2A029200';
      const install = (fields: string) => `80E62000${lengthOf(fields)}${fields}`;
      expect(await run(`${INSTALL_FOR_PERSONALISATION} ${store}`)).toBe('2 9000');
      // To the security domain itself, to which BF2A means nothing; and for something else than ES6.
      expect(await run(store)).toBe('1 6A88');
      expect(await run(`${INSTALL_FOR_PERSONALISATION} 80E2910003BF2500`)).toBe('2 6A88');
      expect(await run(`${INSTALL_FOR_PERSONALISATION} 80E2910004BF2A0592`)).toBe('2 6A80');
      expect(await run(`${INSTALL_FOR_PERSONALISATION} 80E2910103BF2A00`)).toBe('2 6A86');
      expect(await run(`${install('000010A0000005591010FFFFFFFF8900001000000000')} ${store}`)).toBe('1 6A88');
      expect(await run(install('000005A000000151'))).toBe('1 6A80');
      expect(await run(install('0000000000'))).toBe('1 6A80');
      expect(await run('80E60C0000')).toBe('1 6A86');
      expect(await run('80D8000000')).toBe('1 6D00');
      expect(await told()).toMatchObject({ iconType });
    });

    it('send an icon of full length in concatenated messages', async () => {
      await euicc.es10c.enableProfile(by(A));
      const icon = Buffer.alloc(1024, 'icon');
      expect(await update({ iconType: 1, icon })).toBe('6 9000');
      expect((await told())?.icon).toEqual(icon);
    });

    it('take policy rules away, and set those that the rules authorisation table allows', async () => {
      await euicc.es10c.enableProfile(by(A));
      expect(await update({ profilePolicyRules: ['ppr3'] })).toBe('2 6985');
      expect(await euicc.es10c.disableProfile(by(A))).toBe(DisableResult.disallowedByPolicy);
      expect(await update({ profilePolicyRules: ['ppr2'] })).toBe('2 9000');
      expect(await euicc.es10c.disableProfile(by(A))).toBe(DisableResult.ok);
      expect(await euicc.es10c.deleteProfile(by(A))).toBe(DeleteResult.disallowedByPolicy);
    });
  });

  it('shows the rules authorisation table it was made with', async () => {
    const rule = { pprIds: ['ppr1'], allowedOperators: [OWNER], consentRequired: false } as const;
    ({ euicc } = await newEuicc({}, { rulesAuthorisationTable: [rule] }));
    expect(GetRatResponse.decode(await euicc.es10b.getRat()).rat).toMatchObject([
      { pprIds: ['ppr1'], allowedOperators: [OWNER], pprFlags: [] },
    ]);
  });

  it('keeps the default SM-DP+ address', async () => {
    await euicc.es10a.setDefaultDpAddress('smdp.example');
    expect((await euicc.es10a.getEuiccConfiguredAddresses()).defaultDpAddress).toBe('smdp.example');
    await euicc.es10a.setDefaultDpAddress('');
    expect((await euicc.es10a.getEuiccConfiguredAddresses()).defaultDpAddress).toBeUndefined();
  });

  it('gives the AID of a deleted profile to the next one', async () => {
    await install(A);
    await install(B);
    await euicc.es10c.deleteProfile(by(A));
    await install(C);
    const aids = (await euicc.es10c.getProfilesInfo()).map(({ iccid, isdpAid }) => [iccid, isdpAid?.at(-1)]);
    expect(aids).toEqual([
      [C, 0],
      [B, 1],
    ]);
  });
});
