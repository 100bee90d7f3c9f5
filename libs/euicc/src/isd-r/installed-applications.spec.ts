import { createHash } from 'node:crypto';
import {
  makeProfileElement,
  type ProfileElement,
  type ProfileElementInput,
  readProfilePackage,
} from '@tegata/profile-package';
import { EUICCInfo2, fromHex, parseExtCardResource } from '@tegata/rsp';
import { Euicc } from '../euicc.ts';
import type { CrashingFolder } from '../testing/crashing-folder.ts';
import { installationOutcome } from '../testing/results.ts';
import { SUBSCRIPTION, subscriptionPackage } from '../testing/subscription.ts';
import { newEuicc, testOptions } from '../testing/test-euicc.ts';
import { metadataFor, TestSmdp } from '../testing/test-smdp.ts';
import { describeWithVectors, samplePackage } from '../testing/vectors.ts';

const { iccid: ICCID } = SUBSCRIPTION;
const PROFILE = { kind: 'iccid', value: ICCID } as const;
const KEY = Buffer.alloc(16, 1);
const MNO_SD = { encryption: KEY, integrity: KEY, keyEncryption: KEY };
const PACKAGE = fromHex('A000000087100201');
const APPLET = fromHex('A00000008710020101');
const CODE = Buffer.alloc(3000, 0xca);

type ApplicationBody = Extract<ProfileElementInput, { type: 'application' }>['body'];
const instance = (instanceAID: Uint8Array, applicationLoadPackageAID: Uint8Array = PACKAGE) => ({
  applicationLoadPackageAID,
  classAID: APPLET,
  instanceAID,
  applicationPrivileges: fromHex('00'),
  applicationSpecificParametersC9: fromHex(''),
});
const loadBlock = { loadPackageAID: PACKAGE, loadBlockObject: CODE };
const application = (body: Omit<Exclude<ApplicationBody, Uint8Array>, 'header'>, identification = 90): Uint8Array =>
  makeProfileElement({ type: 'application', body: { header: { mandated: null, identification }, ...body } }).raw;

/** A subscription whose package brings these elements, too. */
function packageWith(...more: readonly Uint8Array[]): Uint8Array {
  const elements = readProfilePackage(subscriptionPackage({ mnoSecurityDomain: MNO_SD })).elements;
  const raw = ({ raw: octets }: ProfileElement): Uint8Array => octets;
  return Buffer.concat([...elements.slice(0, -1).map(raw), ...more, ...elements.slice(-1).map(raw)]);
}

describeWithVectors('applications of a profile', () => {
  const smdp = new TestSmdp();
  let euicc: Euicc;
  let folder: CrashingFolder;
  beforeEach(async () => {
    ({ euicc, folder } = await newEuicc());
  });
  const install = async (upp: Uint8Array, iccid = ICCID): Promise<string> =>
    installationOutcome(await smdp.install(euicc, upp, metadataFor(iccid)));
  const resources = async () =>
    parseExtCardResource(EUICCInfo2.decode(await euicc.es10b.getEuiccInfo2()).extCardResource);
  const installed = async (): Promise<string[]> =>
    (await euicc.installedApplications()).map(({ kind, aid, lifeCycleState }) => `${kind} ${aid} ${lifeCycleState}`);

  it('are installed with their code, parameters and states, and are there when the power comes back', async () => {
    const upp = packageWith(
      application({
        loadBlock,
        instanceList: [{ ...instance(fromHex('A0000000871002FF01')), lifeCycleState: fromHex('0F') }],
      }),
      application({ instanceList: [instance(fromHex('A0000000871002FF02'))] }, 91),
    );
    expect(await install(upp)).toBe('installed');
    const expected = [
      'ISD-R A0000005591010FFFFFFFF8900000100 15',
      'ECASD A0000005591010FFFFFFFF8900000200 15',
      'ISD-P A0000005591010FFFFFFFF8900001000 31',
      'executable-load-file A000000087100201 1',
      'application A0000000871002FF01 15',
      'application A0000000871002FF02 7',
      'security-domain A000000151000000 15',
    ];
    expect((await installed()).sort()).toEqual(expected.sort());
    await euicc.close();
    euicc = await Euicc.open(testOptions(folder));
    expect((await installed()).sort()).toEqual(expected);
    await euicc.es10c.enableProfile(PROFILE);
    expect(await installed()).toContain('ISD-P A0000005591010FFFFFFFF8900001000 63');
  });

  it('count in what SM-DP+ are told, take room, and give it back with the profile', async () => {
    const before = await resources();
    expect(before.installedApplications).toBe(2);
    await install(packageWith());
    const without = await resources();
    await euicc.es10c.deleteProfile(PROFILE);
    await install(packageWith(application({ loadBlock, instanceList: [instance(APPLET)] })));
    const withApplication = await resources();
    expect(without.installedApplications).toBe(4);
    expect(withApplication.installedApplications).toBe(5);
    expect(without.freeNonVolatileMemory - withApplication.freeNonVolatileMemory).toBeGreaterThan(CODE.length);
    await euicc.es10c.deleteProfile(PROFILE);
    expect(await installed()).toHaveLength(2);
    for (const { seqNumber } of await euicc.es10b.listNotification()) {
      await euicc.es10b.removeNotificationFromList(seqNumber);
    }
    // The counter of notifications stays.
    expect(before.freeNonVolatileMemory - (await resources()).freeNonVolatileMemory).toBeLessThan(64);
  });

  it('of the TS.48 profiles are their security domain and four of remote file management', async () => {
    const iccid = '89000123456789012341';
    await install(samplePackage('TS48v5_SAIP2.3_BERTLV_SUCI.der'), iccid);
    const kinds = (await euicc.installedApplications()).map(({ kind }) => kind).slice(3);
    expect(kinds.sort()).toEqual([...Array(4).fill('remote-file-management'), 'security-domain']);
    expect((await resources()).installedApplications).toBe(8);
  });

  it('are refused with another hash, without their load package, and with an AID that is taken', async () => {
    const refused = 'loadProfileElements: installFailedDueToPEProcessingError';
    const hashValue = createHash('sha256').update(CODE).digest();
    expect(await install(packageWith(application({ loadBlock: { ...loadBlock, hashValue: KEY } })))).toBe(refused);
    const wrong = { ...loadBlock, loadBlockObject: Buffer.concat([CODE, KEY]), hashValue };
    expect(await install(packageWith(application({ loadBlock: wrong })))).toBe(refused);
    expect(await install(packageWith(application({ instanceList: [instance(APPLET)] })))).toBe(refused);
    const twice = application({ loadBlock, instanceList: [instance(APPLET), instance(APPLET)] });
    expect(await install(packageWith(twice))).toBe(refused);
    const sameAsDomain = application({ loadBlock, instanceList: [instance(fromHex('A000000151000000'))] });
    expect(await install(packageWith(sameAsDomain))).toBe(refused);
    expect(await install(packageWith(application({ loadBlock: { ...loadBlock, hashValue } })))).toBe('installed');
  });

  it('are refused when an element of theirs is longer than the working memory', async () => {
    expect(
      await install(packageWith(application({ loadBlock: { ...loadBlock, loadBlockObject: Buffer.alloc(0xffff) } }))),
    ).toBe('loadProfileElements: installFailedDueToInsufficientMemoryForProfile');
  });
});

describeWithVectors('the room of an eUICC', () => {
  it('is used up to the last profile that fits, and is there again when one is deleted', async () => {
    const { euicc } = await newEuicc({}, { memoryOctets: 200_000 });
    const smdp = new TestSmdp();
    const iccidOf = (n: number): string => `898100123456789${String(n).padStart(3, '0')}`;
    const install = async (n: number): Promise<string> => {
      const iccid = iccidOf(n);
      const result = await smdp.install(euicc, subscriptionPackage({ iccid }), metadataFor(iccid));
      for (const { seqNumber } of await euicc.es10b.listNotification()) {
        await euicc.es10b.removeNotificationFromList(seqNumber);
      }
      return installationOutcome(result);
    };
    let count = 0;
    let outcome = await install(count);
    for (; outcome === 'installed'; count++) outcome = await install(count + 1);
    expect(outcome).toMatch(/installFailedDueToInsufficientMemoryForProfile$/);
    expect(count).toBeGreaterThan(3);
    const full = euicc.memoryOctets.free;
    expect((await euicc.es10c.getProfilesInfo()).length).toBe(count);

    await euicc.es10c.deleteProfile({ kind: 'iccid', value: iccidOf(0) });
    expect(await install(500)).toBe('installed');
    expect(Math.abs(euicc.memoryOctets.free - full)).toBeLessThan(64);
    expect(await install(501)).toBe(outcome);
    // What is kept back is enough for the notifications of every profile.
    for (const { iccid = '' } of await euicc.es10c.getProfilesInfo()) {
      expect(await euicc.es10c.enableProfile({ kind: 'iccid', value: iccid })).toBe(0);
    }
  });

  it('of the working memory is less while a package is being loaded', async () => {
    const { euicc } = await newEuicc();
    const smdp = new TestSmdp();
    const free = async (): Promise<number> =>
      parseExtCardResource(EUICCInfo2.decode(await euicc.es10b.getEuiccInfo2()).extCardResource).freeVolatileMemory;
    const before = await free();
    const bpp = await smdp.deliver(euicc, subscriptionPackage(), metadataFor(ICCID));
    let during = before;
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bpp.length; at += 500) {
        yield bpp.subarray(at, at + 500);
        during = Math.min(during, await free());
      }
    };
    expect(installationOutcome(await euicc.es10b.loadBoundProfilePackage(pieces()))).toBe('installed');
    expect(during).toBeLessThan(before);
    expect(await free()).toBe(before);
  });
});
