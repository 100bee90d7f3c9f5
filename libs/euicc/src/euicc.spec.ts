import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EUICCInfo1, EUICCInfo2, toHex } from '@tegata/rsp';
import { Euicc } from './euicc.ts';
import { CrashingFolder } from './testing/crashing-folder.ts';
import { type Deployment, makeDeployment, materialOf } from './testing/deployment.ts';
import { NOW, testOptions } from './testing/test-euicc.ts';

describe('eUICC', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await makeDeployment();
  });
  const manufactured = async () => materialOf(await deployment.manufacture());

  it('is made once in a folder of the file system, opened by one at a time, and is the same afterwards', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'euicc-'));
    try {
      const options = { directory, clock: () => NOW };
      await expect(Euicc.open(options)).rejects.toMatchObject({ code: 'MEMORY_ABSENT' });
      const material = await manufactured();
      const euicc = await Euicc.manufacture(material, options);
      await expect(Euicc.open(options)).rejects.toMatchObject({ code: 'MEMORY_IN_USE' });
      await euicc.es10a.setDefaultDpAddress('smdp.example');
      await euicc.close();
      await expect(Euicc.manufacture(material, options)).rejects.toMatchObject({ code: 'MEMORY_EXISTS' });
      const again = await Euicc.open(options);
      expect(again.eid).toBe(material.eid);
      expect(await again.es10c.getEid()).toBe(material.eid);
      expect(await again.es10a.getEuiccConfiguredAddresses()).toEqual({
        defaultDpAddress: 'smdp.example',
        rootDsAddress: 'relay.tegata.example',
      });
      await again.close();
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('is not made of material that does not belong together', async () => {
    const material = await manufactured();
    const other = await manufactured();
    const [own] = material.credentials;
    const [foreign] = other.credentials;
    if (own === undefined || foreign === undefined) throw new Error('no credentials');
    const make = (change: object) => Euicc.manufacture({ ...material, ...change }, testOptions(new CrashingFolder()));
    await expect(make({ eid: other.eid })).rejects.toThrow('another EID');
    await expect(make({ credentials: [{ ...own, privateKey: foreign.privateKey }] })).rejects.toThrow('another key');
    await expect(make({ ciCertificates: [own.eumCertificate] })).rejects.toThrow(/CI/);
    await expect(make({ memoryOctets: 100 })).rejects.toMatchObject({ code: 'MEMORY_FULL' });
    await expect(make({})).resolves.toBeDefined();
  });

  it('tells servers which CIs it knows, and what it can do', async () => {
    const euicc = await Euicc.manufacture(await manufactured(), testOptions(new CrashingFolder()));
    const info1 = EUICCInfo1.decode(await euicc.es10b.getEuiccInfo1());
    const info2 = EUICCInfo2.decode(await euicc.es10b.getEuiccInfo2());
    expect(info1.svn).toBe('2.2.2');
    expect(info1.euiccCiPKIdListForVerification.map(toHex)).toEqual(info2.euiccCiPKIdListForVerification.map(toHex));
    expect(info1.euiccCiPKIdListForSigning).toHaveLength(1);
    expect(info2.uiccCapability).toEqual(expect.arrayContaining(['usimSupport', 'akaMilenage']));
    expect(info2.forbiddenProfilePolicyRules).toEqual(['ppr3']);
  });

  it('gives a challenge that nobody can foresee, each time', async () => {
    const { random: _, ...options } = testOptions(new CrashingFolder());
    const euicc = await Euicc.manufacture(await manufactured(), options);
    const challenges = await Promise.all(Array.from({ length: 20 }, () => euicc.es10b.getEuiccChallenge()));
    expect(new Set(challenges.map(toHex)).size).toBe(20);
  });

  it('answers whoever calls at the same time, one after the other', async () => {
    const euicc = await Euicc.manufacture(await manufactured(), testOptions(new CrashingFolder()));
    const addresses = Array.from({ length: 30 }, (_, i) => `smdp${i}.example`);
    await Promise.all(addresses.map((address) => euicc.es10a.setDefaultDpAddress(address)));
    expect((await euicc.es10a.getEuiccConfiguredAddresses()).defaultDpAddress).toBe('smdp29.example');
  });

  it('does nothing more once it is closed', async () => {
    const euicc = await Euicc.manufacture(await manufactured(), testOptions(new CrashingFolder()));
    await euicc.close();
    await euicc.close();
    await expect(euicc.es10a.setDefaultDpAddress('x.example')).rejects.toMatchObject({ code: 'MEMORY_CLOSED' });
  });
});
