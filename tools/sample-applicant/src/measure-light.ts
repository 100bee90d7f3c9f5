import { EkycEngine, SCREEN_COLOURS, type ScreenColour } from '@tegata/ekyc';
import { photograph } from './camera.ts';
import { buildHeadModel } from './head-model.ts';
import { renderHead } from './head-renderer.ts';
import { placementsOf } from './motion.ts';
import { SAMPLE_PEOPLE } from './people.ts';
import { samplePortrait } from './portrait-photo.ts';
import { captureFor, renderApplicant, type SampleApplicant, withColours } from './sample-applicant.ts';
import { seededRandom } from './seeded-random.ts';

// Measures the response to the light of a screen on rendered people: lit, not lit at all, and lit in another order.
// `node --import tsx tools/sample-applicant/src/measure-light.ts [seeds]`

const seeds = Number(process.argv[2] ?? 8);
const asked: readonly ScreenColour[] = ['red', 'cyan', 'blue', 'yellow', 'magenta', 'green'];
const prompts = ['left', 'up', 'right', 'down'] as const;
const engine = await EkycEngine.start({ decisionDeadlineMs: 300_000 });
const found = new Map<string, { correlation: number; gain: number; outcome: string }[]>();

for (const person of SAMPLE_PEOPLE) {
  const portrait = await samplePortrait(person, engine);
  const model = buildHeadModel(portrait);
  for (let seed = 1; seed <= seeds; seed++) {
    const applicant = await renderApplicant(portrait, person.identity, seed);
    const random = seededRandom(seed, 'unlit');
    const unlit = {} as Record<ScreenColour, Uint8Array>;
    for (const colour of Object.keys(SCREEN_COLOURS) as ScreenColour[]) {
      const [placement] = placementsOf('straight', model.pose, random);
      unlit[colour] = await photograph(renderHead(model, portrait.picture, placement!), random, 0.015);
    }
    const shuffled = Object.fromEntries(
      asked.map((colour, k) => [colour, applicant.lit[asked[(k + 1 + (seed % 5)) % asked.length]!]]),
    ) as SampleApplicant['lit'];
    await measure('lit', applicant, applicant.lit);
    await measure('not lit', applicant, unlit);
    await measure('another order', applicant, shuffled);
  }
}
await engine.close();
for (const [kind, all] of found) {
  const line = (name: 'correlation' | 'gain') => {
    const sorted = all.map((one) => one[name]).toSorted((a, b) => a - b);
    return [0, Math.floor(sorted.length / 2), sorted.length - 1].map((k) => sorted[k]?.toFixed(3)).join(' / ');
  };
  const accepted = all.filter(({ outcome }) => outcome === 'accepted').length;
  console.log(
    `${kind}: n ${all.length}, accepted ${accepted}, correlation ${line('correlation')}, gain ${line('gain')}`,
  );
}

async function measure(kind: string, applicant: SampleApplicant, lit: SampleApplicant['lit']): Promise<void> {
  const frames = withColours(captureFor(applicant, prompts), asked, lit);
  const { scores, outcome, reasons } = await engine.verifyIdentity({
    document: applicant.document,
    challenge: { prompts, colours: asked },
    frames,
  });
  const { correlation, gain } = scores.screenLight ?? { correlation: 0, gain: 0 };
  found.set(kind, [...(found.get(kind) ?? []), { correlation, gain, outcome }]);
  const why = reasons.map(({ code }) => code).join(' ');
  console.error(`${kind}: ${correlation.toFixed(3)} ${gain.toFixed(4)} ${outcome} ${why}`);
}
