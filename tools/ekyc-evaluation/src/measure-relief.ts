import { drawChallenge, EkycEngine, eyeDistance, PROMPTS, type Prompt, type Verdict } from '@tegata/ekyc';
import { chipPortrait, drawConditions, inOrder, octets, Sitting, seededRandom } from '@tegata/sample-applicant';
import { peopleToRender } from './generate/people.ts';

// Renders photographs that are bent to a radius of 1 to 1.8 eye distances, about a vertical axis, and turned by 35 to 55 degrees as asked, and
// tells what becomes of them: every motion once, and a drawn challenge, in turn.
// `node --import tsx tools/ekyc-evaluation/src/measure-relief.ts PORTRAITS COUNT SEED`

const [folder, count, seed] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
if (!Number.isInteger(count) || !Number.isInteger(seed)) throw new Error('measure-relief.ts PORTRAITS COUNT SEED');

/** How a hand moves a picture there and back. */
const COURSE = [0.15, 1, 0.75, 0.1];

const engine = await EkycEngine.start({ decisionDeadlineMs: 600_000 });
try {
  const people = await peopleToRender(engine, seededRandom(seed, 'people'), { folder, most: 30 });
  const verdicts: Verdict[] = [];
  for (let n = 0; n < count; n++) {
    const { id, live, documentPhoto } = people[n % people.length]!;
    const random = seededRandom(seed, `bent ${n}`);
    const prompts = n % 2 === 0 ? PROMPTS : drawChallenge(octets(random)).prompts;
    const sessionSeed = Math.floor(random.next() * 2 ** 31);
    const conditions = drawConditions(random);
    const [radius, degrees] = [random.between(1, 1.8), random.between(35, 55)];
    const side = live.picture.side;
    const picture = new Sitting(live, conditions, sessionSeed, (radius * eyeDistance(live.landmarks)) / side);
    const straight = await picture.straight(3);
    const motions: Uint8Array[][] = [];
    for (const prompt of prompts)
      motions.push(await picture.along(COURSE, turned(prompt, degrees * random.between(0.9, 1.1))));
    const document = await chipPortrait(documentPhoto(random));
    const frames = inOrder(straight, motions);
    const verdict = await engine.verifyIdentity({ document, documentKind: 'portrait', challenge: { prompts }, frames });
    verdicts.push(verdict);
    const reasons = verdict.reasons.map(({ code }) => code).join(' ');
    console.error(
      `${id}, radius ${radius.toFixed(2)}, ${degrees.toFixed(0)} degrees: ${reliefOf(verdict)?.toFixed(3) ?? '-'} ${verdict.outcome} ${reasons}`,
    );
  }
  const relief = verdicts.flatMap((verdict) => reliefOf(verdict) ?? []).sort((a, b) => a - b);
  const at = (share: number) => (relief[Math.round(share * (relief.length - 1))] ?? Number.NaN).toFixed(3);
  const outcomes = (['accepted', 'review', 'refused'] as const).map(
    (outcome) => `${outcome} ${verdicts.filter((verdict) => verdict.outcome === outcome).length}`,
  );
  console.log(
    `${count} sessions, ${relief.length} made all motions; relief ${at(0)} / ${at(0.5)} / ${at(1)}; ${outcomes.join(', ')}`,
  );
} finally {
  await engine.close();
}

function turned(prompt: Prompt, by: number) {
  return { left: { yaw: by }, right: { yaw: -by }, up: { pitch: -by }, down: { pitch: by } }[prompt];
}

/** What was measured where all motions were made. */
function reliefOf({ checks }: Verdict): number | undefined {
  return checks.find(({ name }) => name === 'motion.relief')?.measured;
}
