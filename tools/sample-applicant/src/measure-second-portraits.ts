import { EkycEngine } from '@tegata/ekyc';
import { SAMPLE_PEOPLE, SAMPLE_RESIDENT } from './people.ts';
import { portraitFiles } from './portrait-files.ts';
import { photographedAs } from './recapture/recaptured-document.ts';
import { BESIDE_PORTRAITS, type BesidePortrait, pageWithSecond } from './recapture/second-portrait.ts';
import { seededRandom } from './seeded-random.ts';

// Measures which documents are told to show two people: with nothing beside the portrait, with a ghost image of it, and with somebody else's.
// `node --import tsx tools/sample-applicant/src/measure-second-portraits.ts FOLDER-OF-PORTRAITS COUNT SEED`

const [folder, count = '10', firstSeed = '1'] = process.argv.slice(2);
const portraits = await portraitFiles(folder);
if (portraits.length < 2) throw new Error('a folder with two portraits or more is wanted');
const documents = ['passport', 'driving-licence', 'my-number-card', 'residence-card'] as const;

const found = new Map<BesidePortrait, { codes: string[]; distance: number | undefined; ms: number }[]>();
const engine = await EkycEngine.start({ decisionDeadlineMs: 600_000 });
for (let seed = Number(firstSeed); seed < Number(firstSeed) + Number(count); seed++) {
  for (const beside of BESIDE_PORTRAITS) {
    const random = seededRandom(seed, beside);
    const own = Math.floor(random.next() * portraits.length);
    const other = (own + 1 + Math.floor(random.next() * (portraits.length - 1))) % portraits.length;
    const plan = {
      document: documents[seed % documents.length]!,
      identity: SAMPLE_PEOPLE[seed % SAMPLE_PEOPLE.length]!.identity,
      resident: SAMPLE_RESIDENT,
      portrait: portraits[own]!,
    };
    const page = await pageWithSecond(beside, plan, portraits[other]!, random);
    const { jpeg } = await photographedAs('original', page, random);
    const began = performance.now();
    const { reasons, checks } = await engine.checkDocument(jpeg);
    const ms = performance.now() - began;
    const codes = reasons.map(({ code }) => code);
    const distance = checks.find(({ name }) => name === 'document.otherFace')?.measured;
    found.set(beside, [...(found.get(beside) ?? []), { codes, distance, ms }]);
    console.error(
      `${seed} ${beside}: ${distance?.toFixed(3) ?? 'no other face'} ${codes.join(' ')} ${ms.toFixed(0)} ms`,
    );
  }
}
await engine.close();

const spread = (values: readonly number[], digits: number) => {
  const sorted = values.toSorted((a, b) => a - b);
  return [0, Math.floor(sorted.length / 2), sorted.length - 1].map((k) => sorted[k]?.toFixed(digits)).join(' / ');
};
for (const [beside, all] of found) {
  const told = all.filter(({ codes }) => codes.includes('DOCUMENT_SEVERAL_FACES')).length;
  const others = all.flatMap(({ distance }) => distance ?? []);
  const accepted = all.filter(({ codes }) => codes.length === 0).length;
  console.log(`${beside}: n ${all.length}, told ${told}, accepted ${accepted}, seen ${others.length}`);
  console.log(
    `  distance ${spread(others, 3)}, ${spread(
      all.map(({ ms }) => ms),
      0,
    )} ms`,
  );
}
