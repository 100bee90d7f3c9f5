import { describeWithVectors } from '@tegata/euicc/testing';
import { DisableResult } from '@tegata/rsp';
import { by, ICCID_OP_PROF1, TeEuicc } from './te-euicc.ts';

/** SW=91XX for the envelope, and status word 9000 in the proof of receipt. */
const DONE = '91XX 9000';

// SGP.23 section 4.2.2: SMS is the secure OTA channel. S_MNO sends INSTALL [for personalization] and STORE DATA to the MNO-SD, and gets the proof of
// receipt by SEND SHORT MESSAGE.
describeWithVectors('TC_eUICC_ES6.UpdateMetadata', () => {
  let te: TeEuicc;
  const info = async () => (await te.euicc.es10c.getProfilesInfo({ search: by(ICCID_OP_PROF1) }))[0];
  beforeEach(async () => {
    te = await TeEuicc.create();
    await te.profile(
      ICCID_OP_PROF1,
      { profilePolicyRules: ['ppr1', 'ppr2'], iconType: 1, icon: Buffer.alloc(8, 1) },
      true,
    );
  });

  it('#01 Nominal: PPR1 is unset, and the profile can be disabled', async () => {
    expect(await te.euicc.es10c.disableProfile(by(ICCID_OP_PROF1))).toBe(DisableResult.disallowedByPolicy);
    expect(await te.updateMetadata({ profilePolicyRules: ['ppr2'] })).toBe(DONE);
    expect(await info()).toMatchObject({ profilePolicyRules: ['ppr2'], iconType: 1 });
    expect(await te.euicc.es10c.disableProfile(by(ICCID_OP_PROF1))).toBe(DisableResult.ok);
  });

  it('#02 Nominal: PPR2 is unset, icon and icon type are updated', async () => {
    expect(await te.updateMetadata({ profilePolicyRules: ['ppr1'], iconType: 0, icon: Buffer.of(2) })).toBe(DONE);
    expect(await info()).toMatchObject({ profilePolicyRules: ['ppr1'], iconType: 0, icon: Buffer.of(2) });
  });

  it('Nominal: service provider name and profile name are updated; the others stay', async () => {
    expect(await te.updateMetadata({ serviceProviderName: 'SP2', profileName: 'OP2' })).toBe(DONE);
    expect(await info()).toMatchObject({ serviceProviderName: 'SP2', profileName: 'OP2', iconType: 1 });
  });

  it('Nominal: an empty icon takes the icon away', async () => {
    expect(await te.updateMetadata({ icon: new Uint8Array(0) })).toBe(DONE);
    expect(await info()).not.toHaveProperty('icon');
  });

  it('Error: a rule that the RAT does not allow', async () => {
    te = await TeEuicc.create({ rulesAuthorisationTable: [] });
    await te.profile(ICCID_OP_PROF1, {}, true);
    expect(await te.updateMetadata({ profilePolicyRules: ['ppr2'] })).toBe('91XX 6985');
    expect(await info()).not.toHaveProperty('profilePolicyRules');
  });

  it('Error: an icon without its type', async () => {
    expect(await te.updateMetadata({ icon: Buffer.of(2) })).toBe('91XX 6A80');
    expect(await info()).toMatchObject({ iconType: 1 });
  });
});
