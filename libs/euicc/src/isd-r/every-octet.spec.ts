import { parseChildren, parseTlv } from '@tegata/der';
import { splitBoundProfilePackage } from '@tegata/rsp';
import type { Euicc } from '../euicc.ts';
import type { CrashingFolder } from '../testing/crashing-folder.ts';
import { installationOutcome, memoryContent, withoutResults } from '../testing/results.ts';
import { SUBSCRIPTION, subscriptionPackage } from '../testing/subscription.ts';
import { newEuicc } from '../testing/test-euicc.ts';
import { metadataFor, TestSmdp } from '../testing/test-smdp.ts';
import { describeWithVectors, samplePackage } from '../testing/vectors.ts';

/**
 * With EVERY_OCTET=true every octet of each package is changed, which takes some minutes; otherwise a sample, with the octets at the
 * borders of all objects on the way.
 */
const EVERY = process.env.EVERY_OCTET === 'true';
const SAMPLES = 40;

const PACKAGES = [
  { name: 'a package of ours', iccid: SUBSCRIPTION.iccid, upp: () => subscriptionPackage() },
  {
    name: 'a TS.48 package',
    iccid: '89000123456789012341',
    upp: () => samplePackage('TS48v5_SAIP2.3_BERTLV_SUCI.der'),
  },
];

/** Places of octets to change, each with what it is changed by. */
function* changes(length: number): Generator<readonly [at: number, difference: number]> {
  const step = EVERY ? 1 : Math.max(1, Math.floor(length / SAMPLES));
  const day = Math.floor(Date.now() / 86_400_000);
  for (let at = EVERY ? 0 : day % step; at < length; at += step) yield [at, 1 << ((at + day) % 8)];
}

/** Where objects of a bound profile package begin: tag, last octet of the length, value; and where each segment ends, with its MAC. */
function borders(bpp: Uint8Array): number[] {
  const places = (from: number, value: Uint8Array): number[] => {
    let at = from;
    return parseChildren(value).flatMap(({ tag, raw, value: inner }) => {
      const start = at;
      at += raw.length;
      const content = at - inner.length;
      const series = tag >= 0xa0 && tag <= 0xa3;
      return [start, content - 1, content, ...(series ? places(content, inner) : [at - 8, at - 1])];
    });
  };
  const { raw, value } = parseTlv(bpp);
  return [0, 1, ...places(raw.length - value.length, value)];
}

const changed = (octets: Uint8Array, where: number, difference: number): Uint8Array =>
  Uint8Array.from(octets, (octet, i) => (i === where ? octet ^ difference : octet));

describeWithVectors.each(PACKAGES)('$name of which an octet was changed', ({ iccid, upp }) => {
  const smdp = new TestSmdp();
  const original = upp;
  let euicc: Euicc;
  let folder: CrashingFolder;
  beforeEach(async () => {
    ({ euicc, folder } = await newEuicc());
  });

  /** Loads the pieces; answers what came of it, and makes sure that it is all or nothing. */
  async function load(pieces: readonly Uint8Array[], before: ReadonlyMap<string, string>): Promise<string> {
    const outcome = await euicc.es10b
      .loadBoundProfilePackage(pieces)
      .then(installationOutcome, ({ code }) => String(code));
    const [last = new Uint8Array(0)] = (await euicc.es10b.retrieveNotificationsList()).slice(-1);
    if (outcome !== 'PACKAGE_INCOMPLETE') expect(installationOutcome(last)).toBe(outcome);
    for (const { seqNumber } of await euicc.es10b.listNotification()) {
      await euicc.es10b.removeNotificationFromList(seqNumber);
    }
    if (outcome === 'installed') {
      // What was installed is a whole profile: it can be used, and be taken away again.
      const [{ iccid: name = '' } = {}] = await euicc.es10c.getProfilesInfo();
      expect(await euicc.es10c.enableProfile({ kind: 'iccid', value: name })).toBe(0);
      expect(await euicc.es10c.disableProfile({ kind: 'iccid', value: name })).toBe(0);
      expect(await euicc.es10c.deleteProfile({ kind: 'iccid', value: name })).toBe(0);
      for (const { seqNumber } of await euicc.es10b.listNotification()) {
        await euicc.es10b.removeNotificationFromList(seqNumber);
      }
    }
    expect(withoutResults(await memoryContent(folder))).toEqual(before);
    return outcome;
  }

  it(
    'on its way is not installed, and nothing of it is kept',
    async () => {
      const before = withoutResults(await memoryContent(folder));
      const whole = await smdp.deliver(euicc, original(), metadataFor(iccid));
      const places = EVERY ? [] : borders(whole).map((at) => [at, 1 << (at % 8)] as const);
      for (const [at, difference] of [...places, ...changes(whole.length)]) {
        const bpp = changed(await smdp.deliver(euicc, original(), metadataFor(iccid)), at, difference);
        const outcome = await load(piecesOf(bpp), before);
        expect(`${at} ${outcome}`).not.toMatch(/ installed$/);
      }
    },
    EVERY ? 3_600_000 : 60_000,
  );

  it(
    'by the operator is installed as it is, or not at all',
    async () => {
      const before = withoutResults(await memoryContent(folder));
      const outcomes = new Set<string>();
      for (const [at, difference] of changes(original().length)) {
        const bpp = await smdp.deliver(euicc, changed(original(), at, difference), metadataFor(iccid));
        outcomes.add(await load(splitBoundProfilePackage(bpp), before));
      }
      for (const outcome of outcomes) expect(outcome).toMatch(/^(installed$|loadProfileElements: install)/);
      expect(outcomes.size).toBeGreaterThan(1);
    },
    EVERY ? 3_600_000 : 60_000,
  );
});

/** Pieces of a package that may not be one any more. */
function piecesOf(bpp: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bpp.length; at += 255) pieces.push(bpp.subarray(at, at + 255));
  return pieces;
}
