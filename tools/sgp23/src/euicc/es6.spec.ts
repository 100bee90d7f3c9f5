import { describeWithVectors } from '@tegata/euicc/testing';
import { DisableResult, UpdateMetadataRequest } from '@tegata/rsp';
import { by, ICCID_OP_PROF1, TeEuicc } from './te-euicc.ts';

// SGP.23 section 4.2.2. The secured packets that carry ES6 on a chip are not part of the emulation: the function is called.
describeWithVectors('TC_eUICC_ES6.UpdateMetadata', () => {
  let te: TeEuicc;
  const update = (change: Parameters<typeof UpdateMetadataRequest.encode>[0]) =>
    te.euicc.es6.updateMetadata(UpdateMetadataRequest.encode(change));
  const info = async () => (await te.euicc.es10c.getProfilesInfo({ search: by(ICCID_OP_PROF1) }))[0];
  beforeEach(async () => {
    te = await TeEuicc.create();
    await te.profile(ICCID_OP_PROF1, { profilePolicyRules: ['ppr1'], iconType: 1, icon: Buffer.alloc(8, 1) }, true);
  });

  it('#01 Nominal: service provider name, profile name and icon are updated', async () => {
    expect(await update({ serviceProviderName: 'SP2', profileName: 'OP2', iconType: 0, icon: Buffer.of(2) })).toBe(
      'ok',
    );
    expect(await info()).toMatchObject({
      serviceProviderName: 'SP2',
      profileName: 'OP2',
      iconType: 0,
      icon: Buffer.of(2),
    });
  });

  it('#02 Nominal: one element only; the others stay', async () => {
    expect(await update({ profileName: 'OP2' })).toBe('ok');
    expect(await info()).toMatchObject({ serviceProviderName: 'Aozora Mobile', profileName: 'OP2', iconType: 1 });
  });

  it('#03 Nominal: an empty icon takes the icon away', async () => {
    expect(await update({ icon: new Uint8Array(0) })).toBe('ok');
    expect(await info()).not.toHaveProperty('icon');
  });

  it('#04 Nominal: PPR1 is unset, and the profile can be disabled', async () => {
    expect(await te.euicc.es10c.disableProfile(by(ICCID_OP_PROF1))).toBe(DisableResult.disallowedByPolicy);
    expect(await update({ profilePolicyRules: [] })).toBe('ok');
    expect(await te.euicc.es10c.disableProfile(by(ICCID_OP_PROF1))).toBe(DisableResult.ok);
  });

  it('#05 Error: a rule that the RAT does not allow', async () => {
    te = await TeEuicc.create({ rulesAuthorisationTable: [] });
    await te.profile(ICCID_OP_PROF1, {}, true);
    expect(await update({ profilePolicyRules: ['ppr2'] })).toBe('pprNotAllowed');
    expect(await info()).not.toHaveProperty('profilePolicyRules');
  });

  it('#06 Error: an icon without its type', async () => {
    expect(await update({ icon: Buffer.of(2) })).toBe('incorrectInputValues');
    expect(await info()).toMatchObject({ iconType: 1 });
  });
});
