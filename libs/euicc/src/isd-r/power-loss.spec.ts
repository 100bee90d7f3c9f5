import { splitBoundProfilePackage } from '@tegata/rsp';
import { Euicc } from '../euicc.ts';
import { MemoryError } from '../memory/memory-error.ts';
import type { CrashingFolder, Survival } from '../testing/crashing-folder.ts';
import { readFile } from '../testing/modem.ts';
import { installationOutcome } from '../testing/results.ts';
import { SUBSCRIPTION, subscriptionPackage } from '../testing/subscription.ts';
import { newEuicc, testOptions } from '../testing/test-euicc.ts';
import { metadataFor, TestSmdp } from '../testing/test-smdp.ts';
import { describeWithVectors } from '../testing/vectors.ts';

const { iccid: ICCID } = SUBSCRIPTION;
const PROFILE = { kind: 'iccid', value: ICCID } as const;
const SURVIVALS: readonly Survival[] = [
  { names: 'none', writes: 'none' },
  { names: 'all', writes: { octets: 3000 } },
  { names: 'all', writes: 'all' },
];

/** What someone can see of an eUICC: each profile with its state, and each notification. */
async function visible(euicc: Euicc): Promise<string> {
  const profiles = (await euicc.es10c.getProfilesInfo()).map(
    (p) => `${p.iccid} ${p.profileState} ${p.profileNickname ?? ''}`,
  );
  const notifications = (await euicc.es10b.listNotification()).map(
    (n) => `${n.seqNumber} ${n.profileManagementOperation}`,
  );
  return [...profiles, ...notifications].join('; ');
}

describeWithVectors('loss of power', () => {
  const smdp = new TestSmdp();
  let upp: Uint8Array;
  beforeAll(() => {
    upp = subscriptionPackage();
  });

  /** The life of a profile, as steps that each end in a state of their own. */
  const life: readonly ((euicc: Euicc) => Promise<unknown>)[] = [
    async (euicc) => {
      const bpp = await smdp.deliver(euicc, upp, metadataFor(ICCID));
      expect(installationOutcome(await euicc.es10b.loadBoundProfilePackage(splitBoundProfilePackage(bpp)))).toBe(
        'installed',
      );
    },
    (euicc) => euicc.es10c.setNickname(ICCID, 'travel'),
    (euicc) => euicc.es10c.enableProfile(PROFILE),
    (euicc) => euicc.es10b.removeNotificationFromList(1),
    (euicc) => euicc.es10c.disableProfile(PROFILE),
    (euicc) => euicc.es10c.deleteProfile(PROFILE),
  ];

  it('leaves the eUICC as before or as after each step, whenever it comes', async () => {
    const { euicc: planned } = await newEuicc();
    const states = [await visible(planned)];
    for (const step of life) {
      await step(planned);
      states.push(await visible(planned));
    }
    expect(new Set(states).size).toBe(states.length);

    for (const survival of SURVIVALS) {
      for (let operations = 0; ; operations++) {
        const { euicc, folder } = await newEuicc();
        await euicc.close();
        folder.powerOn({ names: 'all', writes: 'all' }, operations);
        const done = await livedThrough(folder);
        folder.powerOn(survival);
        const after = await Euicc.open(testOptions(folder));
        const found = states.indexOf(await visible(after));
        expect([done, done + 1]).toContain(found);
        // An enabled profile is complete: its files are there.
        if (found === 3 || found === 4) expect(await readFile(after, '2FE2')).toBe('981800214365870921F5');
        await after.close();
        if (done === life.length) break;
      }
    }
  });

  /** Runs the life until the power is lost; answers how many steps were acknowledged. */
  async function livedThrough(folder: CrashingFolder): Promise<number> {
    let done = 0;
    try {
      const euicc = await Euicc.open(testOptions(folder));
      for (const step of life) {
        await step(euicc);
        done += 1;
      }
    } catch (error) {
      const lost = error instanceof MemoryError ? error.cause : error;
      expect(lost).toMatchObject({ message: 'power lost' });
    }
    return done;
  }

  it('in the middle of a package leaves nothing, and the same package can be loaded afterwards', async () => {
    const { euicc, folder } = await newEuicc();
    const session = await smdp.authenticate(euicc);
    const otpk = await smdp.prepare(euicc, session);
    const bpp = await smdp.bind(session, otpk, upp, metadataFor(ICCID));
    const pieces = splitBoundProfilePackage(bpp);
    const waiting = async function* () {
      yield* pieces.slice(0, -1);
      await new Promise(() => {});
    };
    void euicc.es10b.loadBoundProfilePackage(waiting());
    // Its last piece never came: whatever runs now comes after the others.
    for (let turn = 0; turn < pieces.length; turn++) await euicc.es10c.getEid();
    folder.powerOn({ names: 'none', writes: 'none' });

    const again = await Euicc.open(testOptions(folder));
    expect(await visible(again)).toBe('');
    const next = await smdp.authenticate(again);
    expect(await smdp.prepare(again, next, otpk)).toEqual(otpk);
    const rebound = await smdp.bind(next, otpk, upp, metadataFor(ICCID));
    const result = await again.es10b.loadBoundProfilePackage(splitBoundProfilePackage(rebound));
    expect(installationOutcome(result)).toBe('installed');
  });
});
