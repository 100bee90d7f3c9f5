import {
  describeWithVectors,
  metadataFor,
  readFile,
  selectApplication,
  subscriptionPackage,
} from '@tegata/euicc/testing';
import { EUICCInfo2, splitBoundProfilePackage, toHex } from '@tegata/rsp';
import { by, ICCID_OP_PROF1 as OP1, ICCID_OP_PROF2 as OP2, OWNER, TeEuicc } from './te-euicc.ts';

let te: TeEuicc;
beforeEach(async () => {
  te = await TeEuicc.create();
});
const upp = (iccid: string): Uint8Array => subscriptionPackage({ iccid });

// SGP.23 section 5.2.1
describeWithVectors('TC_eUICC_ProfileDownloadAndInstallation retry', () => {
  it('#01 the same package is bound and loaded with the one-time key of the first try', async () => {
    const first = await te.smdp.authenticate(te.euicc);
    const euiccOtpk = await te.smdp.prepare(te.euicc, first);
    const second = await te.smdp.authenticate(te.euicc);
    expect(toHex(await te.smdp.prepare(te.euicc, second, euiccOtpk))).toBe(toHex(euiccOtpk));
    const bpp = await te.smdp.bind(second, euiccOtpk, upp(OP1), metadataFor(OP1));
    expect(await te.loadPieces(splitBoundProfilePackage(bpp))).toBe('installed');
  });

  it('#02 a one-time key that served is not used again', async () => {
    const first = await te.smdp.authenticate(te.euicc);
    const euiccOtpk = await te.smdp.prepare(te.euicc, first);
    await te.loadPieces(splitBoundProfilePackage(await te.smdp.bind(first, euiccOtpk, upp(OP1), metadataFor(OP1))));
    const second = await te.smdp.authenticate(te.euicc);
    expect(toHex(await te.smdp.prepare(te.euicc, second, euiccOtpk))).not.toBe(toHex(euiccOtpk));
  });
});

// SGP.23 section 5.2.2
describeWithVectors('TC_eUICC_ForbiddenPPRs', () => {
  it('#01 rules that the table allows nobody are named in EUICCInfo2, and profiles with them refused', async () => {
    const rule = { pprIds: ['ppr1'], allowedOperators: [OWNER], consentRequired: false } as const;
    te = await TeEuicc.create({ rulesAuthorisationTable: [rule] });
    const { forbiddenProfilePolicyRules } = EUICCInfo2.decode(await te.euicc.es10b.getEuiccInfo2());
    expect(forbiddenProfilePolicyRules).toEqual(['ppr2', 'ppr3']);
    for (const forbidden of ['ppr2', 'ppr3'] as const) {
      const storeMetadata = metadataFor(OP1, { profileOwner: OWNER, profilePolicyRules: [forbidden] });
      expect(await te.load(OP1, { storeMetadata })).toBe('storeMetadata: pprNotAllowed');
    }
    const storeMetadata = metadataFor(OP1, { profileOwner: OWNER, profilePolicyRules: ['ppr1'] });
    expect(await te.load(OP1, { storeMetadata })).toBe('installed');
  });
});

// SGP.23 section 5.2.4
describeWithVectors('TC_eUICC_FileSystem', () => {
  it('#01 the files of the enabled profile, and of no other', async () => {
    await te.profile(OP1);
    await te.profile(OP2);
    expect((await selectApplication(te.euicc, 'A0000000871002')).sw).toBe('6A82');
    await te.euicc.es10c.enableProfile(by(OP1));
    expect(await readFile(te.euicc, '2FE2')).toBe('981800214365870921F5');
    await te.euicc.es10c.enableProfile(by(OP2));
    expect(await readFile(te.euicc, '2FE2')).toBe('981800214365870931F3');
    await te.euicc.es10c.disableProfile(by(OP2));
    expect((await selectApplication(te.euicc, 'A0000000871002')).sw).toBe('6A82');
  });
});

// SGP.23 sections 5.2.5 to 5.2.7
describeWithVectors('TC_eUICC_ProfileLifeCycle', () => {
  it('#01 install, enable, disable, delete: each is notified, and all room is there again', async () => {
    await te.profile(OP2);
    await te.euicc.es10c.deleteProfile(by(OP2));
    await te.acknowledgeAll();
    const { free } = te.euicc.memoryOctets;
    await te.load(OP1);
    await te.euicc.es10c.enableProfile(by(OP1));
    await te.euicc.es10c.disableProfile(by(OP1));
    await te.euicc.es10c.deleteProfile(by(OP1));
    expect(await te.notifications()).toEqual(
      ['install', 'enable', 'disable', 'delete'].map((event) => `${event} ${OP1}`),
    );
    await te.acknowledgeAll();
    expect(te.euicc.memoryOctets.free).toBe(free);
  });
});
