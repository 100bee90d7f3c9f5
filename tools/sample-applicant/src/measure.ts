import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CapturedFrame,
  drawChallenge,
  EkycEngine,
  isTurn,
  PROMPTS,
  type Prompt,
  type Verdict,
} from '@tegata/ekyc';
import { Command } from 'commander';
import { anotherPerson, skippedPrompt, stillRepeated, wrongMotion } from './attacks.ts';
import { showFlatPicture } from './flat-picture.ts';
import { SAMPLE_PEOPLE } from './people.ts';
import { type Portrait, portraitOf, samplePortrait } from './portrait-photo.ts';
import { captureFor, inOrder, renderApplicant, type SampleApplicant } from './sample-applicant.ts';
import { seededRandom } from './seeded-random.ts';

// Measures the margins of the engine's thresholds: genuine captures and attacks over the sample people, and over the
// people of a folder with two photographs each (NNN_live.jpg, NNN_document.jpg). Its output is what docs/ekyc-measurements.md quotes.

interface Person {
  readonly name: string;
  readonly portrait: Portrait;
  readonly applicant: SampleApplicant;
}

interface Trial {
  readonly kind: string;
  readonly verdict: Verdict;
}

async function samplePeople(engine: EkycEngine, seed: number): Promise<Person[]> {
  const people: Person[] = [];
  for (const [k, person] of SAMPLE_PEOPLE.entries()) {
    const portrait = await samplePortrait(person, engine);
    people.push({ name: `sample ${k}`, portrait, applicant: await renderApplicant(portrait, person.identity, seed) });
  }
  return people;
}

async function peopleIn(folder: string, engine: EkycEngine, seed: number): Promise<Person[]> {
  const people: Person[] = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('_live.jpg'))) {
    const name = file.slice(0, -'_live.jpg'.length);
    const portrait = await portraitOf(await readFile(join(folder, file)), engine);
    const documentPortrait = await portraitOf(await readFile(join(folder, `${name}_document.jpg`)), engine);
    const identity = SAMPLE_PEOPLE[0]!.identity;
    const live = await renderApplicant(portrait, identity, seed);
    const { document } = await renderApplicant(documentPortrait, identity, seed);
    people.push({ name, portrait, applicant: { ...live, document } });
  }
  return people;
}

async function measure(
  engine: EkycEngine,
  people: readonly Person[],
  challenges: number,
  seed: number,
): Promise<Trial[]> {
  const random = seededRandom(seed, 'challenges');
  const draw = () => drawChallenge(() => Uint8Array.of(Math.floor(random.next() * 256))).prompts;
  const trials: Trial[] = [];
  const judge = async (kind: string, document: Uint8Array, prompts: readonly Prompt[], frames: CapturedFrame[]) => {
    trials.push({ kind, verdict: await engine.verifyIdentity({ document, challenge: { prompts }, frames }) });
  };
  for (const [k, { applicant, portrait }] of people.entries()) {
    const other = people[(k + 1) % people.length]!.applicant;
    const { document } = applicant;
    // every motion once, so that every person's margins are in the figures
    await judge('genuine', document, PROMPTS, captureFor(applicant, PROMPTS));
    for (let n = 1; n < challenges; n++) {
      const prompts = draw();
      await judge('genuine', document, prompts, captureFor(applicant, prompts));
    }
    await judge('still repeated', document, PROMPTS, stillRepeated(applicant, PROMPTS));
    await judge('wrong motion', document, PROMPTS, wrongMotion(applicant, PROMPTS));
    await judge('one prompt skipped', document, PROMPTS, skippedPrompt(applicant, PROMPTS, k % 4));
    const impostor = anotherPerson(applicant, other, PROMPTS);
    await judge('another person', impostor.document, PROMPTS, impostor.frames);
    for (const [kind, options] of Object.entries(FLAT)) {
      const shown = await showFlatPicture(portrait, PROMPTS, { seed: seed + k, ...options });
      await judge(kind, document, PROMPTS, inOrder(shown.straight, shown.motions));
    }
  }
  return trials;
}

const FLAT: Readonly<Record<string, { degrees: number; bendRadius?: number }>> = {
  'flat, turned 25': { degrees: 25 },
  'flat, turned 40': { degrees: 40 },
  'flat, turned 55': { degrees: 55 },
  'flat, against the prompt': { degrees: -35 },
  'bent (radius 2.6 eye distances), turned 50': { degrees: 50, bendRadius: 0.45 },
  'bent (radius 1.5 eye distances), turned 45': { degrees: 45, bendRadius: 0.25 },
  'bent (radius 1.1 eye distances), turned 45': { degrees: 45, bendRadius: 0.18 },
};

function report(trials: readonly Trial[]): void {
  const kinds = [...new Set(trials.map(({ kind }) => kind))];
  for (const kind of kinds) {
    const verdicts = trials.filter((trial) => trial.kind === kind).map(({ verdict }) => verdict);
    const outcomes = (['accepted', 'review', 'refused'] as const).map(
      (outcome) => `${outcome} ${verdicts.filter((verdict) => verdict.outcome === outcome).length}`,
    );
    const codes = new Map<string, number>();
    for (const { reasons } of verdicts) for (const { code } of reasons) codes.set(code, (codes.get(code) ?? 0) + 1);
    console.log(`\n${kind}: ${outcomes.join(', ')} of ${verdicts.length}`);
    if (codes.size > 0) console.log(`  ${[...codes].map(([code, n]) => `${code} ${n}`).join(', ')}`);
    for (const prompt of PROMPTS) {
      const motions = verdicts.flatMap(({ scores }) => scores.motions).filter((motion) => motion.prompt === prompt);
      const name = `  ${prompt.padEnd(5)}${isTurn(prompt) ? 'yaw' : 'pitch'}`;
      console.log(name, spread(motions.map((m) => m.degrees)), ' parallax', spread(motions.map((m) => m.parallax)));
    }
    for (const score of [
      'matchDistance',
      'detailCorrelation',
      'identityDistance',
      'identityStep',
      'frozenShare',
    ] as const) {
      console.log(`  ${score}`, spread(verdicts.flatMap(({ scores }) => scores[score] ?? [])));
    }
    for (const name of [
      'motion.relief',
      'continuity.turnDegrees',
      'continuity.shift',
      'continuity.scale',
      'baseline.yaw',
      'baseline.pitch',
    ]) {
      const values = verdicts.flatMap(({ checks }) => checks.filter((check) => check.name === name));
      console.log(`  ${name}`, spread(values.map(({ measured }) => measured)));
    }
  }
}

/** Smallest, median and largest. */
function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN).toFixed(3);
  return `${at(0)} .. ${at(0.5)} .. ${at(1)}`;
}

await new Command('measure')
  .description("Measures the margins of the engine's thresholds over rendered people and attacks.")
  .option('--portraits <directory>', 'more people: NNN_live.jpg and NNN_document.jpg each')
  .option('--challenges <number>', 'genuine captures of each person', Number, 3)
  .option('--seed <number>', 'the same seed gives the same pictures', Number, 1)
  .action(async ({ portraits, challenges, seed }: { portraits?: string; challenges: number; seed: number }) => {
    const engine = await EkycEngine.start({ workers: 1, decisionDeadlineMs: 120_000 });
    const people = await samplePeople(engine, seed);
    if (portraits !== undefined) people.push(...(await peopleIn(portraits, engine, seed)));
    report(await measure(engine, people, challenges, seed));
    await engine.close();
  })
  .parseAsync();
