import type { ImportProfilesRequest, ProfileRow } from '@tegata/contracts/management-v1';
import { createStockProfile } from '../profile/generate-profile.ts';
import { collect, streamOf } from '../testing/streams.ts';
import { templatePackage } from '../testing/template-package.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';
import { exportProfiles } from './export-profiles.ts';
import { getProfileCodes } from './get-profile-codes.ts';
import { importProfiles } from './import-profiles.ts';
import { plainOrder } from './order-attributes.ts';

const none = Buffer.alloc(0);
const made = { iccid: '', imsi: '', msisdn: '', ki: none, opc: none, pin1: '', puk1: '', pin2: '', puk2: '', adm1: '' };

const row = (rowKey: string, order?: ProfileRow['order']): ImportProfilesRequest => ({
  item: { $case: 'row', value: { ...made, rowKey, display: undefined, order } },
});

describe('profiles told again to their operator', () => {
  let test: TestContext;
  beforeEach(async () => {
    test = await createTestContext();
  });
  afterEach(() => test.close());

  const imported = async (...requests: ImportProfilesRequest[]) =>
    (await collect(importProfiles(test.context, streamOf(requests)))).flatMap(({ outcome }) =>
      outcome?.$case === 'profile' ? [outcome.value] : [],
    );
  const named = async (...iccids: string[]) =>
    (await collect(exportProfiles(test.context, { selection: { $case: 'iccids', value: { iccids } } }))).map(
      ({ profile }) => profile,
    );
  const since = async (value: Date) =>
    (await collect(exportProfiles(test.context, { selection: { $case: 'storedSince', value } }))).map(
      ({ profile }) => profile,
    );

  it('are as their import told them, with keys of security domains and orders', async () => {
    const template: ImportProfilesRequest = {
      item: {
        $case: 'template',
        value: {
          profilePackage: Buffer.from(templatePackage()),
          profileType: 'of a template',
          display: undefined,
          keepSecurityDomainKeys: false,
        },
      },
    };
    const told = await imported(row('of the carrier'), template, row('of a template', plainOrder));
    expect(told.map(({ securityDomainKeys }) => securityDomainKeys.length > 0)).toEqual([false, true]);
    const again = await named(...told.map(({ iccid }) => iccid));
    expect(again).toHaveLength(2);
    expect(again).toEqual(expect.arrayContaining(told));
  });

  it('have the keys and codes of what was made without an import, which nobody was told', async () => {
    const { iccid, imsi } = await createStockProfile(test.context);
    const [profile] = await named(iccid, iccid);
    expect(profile).toMatchObject({ iccid, imsi, order: undefined });
    expect([profile?.ki.length, profile?.opc.length]).toEqual([16, 16]);
    expect([profile?.pin1, profile?.puk1, profile?.pin2, profile?.puk2, profile?.adm1]).toEqual(
      [4, 8, 4, 8, 8].map((digits) => expect.stringMatching(new RegExp(`^\\d{${digits}}$`))),
    );
    const { pin1, puk1, pin2, puk2 } = profile ?? {};
    expect(await getProfileCodes(test.context, { iccid })).toEqual({ pin1, puk1, pin2, puk2 });
  });

  it('come each once, however many were stored in one instant, and from a time on', async () => {
    const earlier = await imported(row('earlier'));
    const start = test.context.clock();
    test.time.now = new Date(test.time.now.getTime() + 1000);
    const told = await imported(...Array.from({ length: 450 }, (_, at) => row(`many-${at}`)));
    const byImsi = told.map(({ imsi }) => imsi).sort();
    expect((await since(new Date(start.getTime() + 1))).map((each) => each?.imsi)).toEqual(byImsi);
    expect((await since(start)).map((each) => each?.imsi)).toEqual([earlier[0]?.imsi, ...byImsi]);
    test.time.now = new Date(test.time.now.getTime() + 1000);
    expect(await since(test.context.clock())).toEqual([]);
  });

  it('are not told at all when one of them is not here', async () => {
    const [profile] = await imported(row('here'));
    const missing = '8981999000000000017';
    const asked = named(profile?.iccid ?? '', missing);
    await expect(asked).rejects.toMatchObject({ reason: 'PROFILE_UNKNOWN' });
    await expect(getProfileCodes(test.context, { iccid: missing })).rejects.toMatchObject({
      reason: 'PROFILE_UNKNOWN',
    });
  });

  it('keep their keys to themselves unless the server was set to tell them', async () => {
    const [profile] = await imported(row('kept'));
    const context = { ...test.context, config: { ...test.context.config, keyExport: 'off' as const } };
    const selection = { $case: 'iccids' as const, value: { iccids: [profile?.iccid ?? ''] } };
    await expect(collect(exportProfiles(context, { selection }))).rejects.toMatchObject({ reason: 'KEY_EXPORT_OFF' });
    expect(await getProfileCodes(context, { iccid: profile?.iccid ?? '' })).toMatchObject({ puk1: profile?.puk1 });
  });
});
