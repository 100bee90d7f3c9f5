import { drawColours, measureDocumentLight } from '@tegata/ekyc';
import { JAPANESE_CARDS } from './japanese-card.ts';
import { type InventedResident, SAMPLE_PEOPLE, SAMPLE_RESIDENT } from './people.ts';
import { portraitFiles } from './portrait-files.ts';
import { documentPage } from './recapture/document-kinds.ts';
import { drawHeldConditions } from './recapture/held-document.ts';
import { HELD_ATTACK_KINDS, type HeldAttackKind, photographHeldAs } from './recapture/held-kinds.ts';
import { faultsOfPicture, scanOf } from './recapture/picture-to-send.ts';
import { photographedAs } from './recapture/recaptured-document.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';

// Measures how documents that are held before the camera answer the light of a screen, and what else is held there.
// `node --import tsx tools/sample-applicant/src/measure-document-light.ts FOLDER-OF-PORTRAITS COUNT SEED [DOTS-AN-INCH]`: with the last, a
// scan is sent in place of a photograph.

const [folder, count = '10', firstSeed = '1', density] = process.argv.slice(2);
const portraits = await portraitFiles(folder);
if (portraits.length < 2) throw new Error('a folder with two portraits or more is wanted');

const KINDS = ['genuine', ...(Object.keys(HELD_ATTACK_KINDS) as HeldAttackKind[])] as const;
type Kind = (typeof KINDS)[number];

const documents = ['passport', ...JAPANESE_CARDS.filter((card) => card !== 'my-number-card-back')] as const;
/** Somebody else, with documents of the same kinds. */
const OTHER_RESIDENT: InventedResident = {
  ...SAMPLE_RESIDENT,
  name: '中島 健太郎',
  latinName: 'NAKAJIMA KENTARO',
  address: '大阪府大阪市北区中之島99-9',
  birthDate: '1975-05-23',
  sex: 'M',
  licence: '6298104432',
  residenceCard: 'UT87654321ZZ',
};

/** The page that some kind of document is for the person of a number. */
const pageOf = (seed: number, person: 0 | 1, random: SeededRandom) =>
  documentPage(
    {
      document: documents[seed % documents.length]!,
      identity: SAMPLE_PEOPLE[(seed + person) % SAMPLE_PEOPLE.length]!.identity,
      resident: person === 0 ? SAMPLE_RESIDENT : OTHER_RESIDENT,
      portrait: portraits[(seed + person) % portraits.length],
    },
    random,
  );

interface Measured {
  readonly reason: string;
  readonly likeness: number;
  readonly correlation: number;
  readonly gain: number;
}

const found = new Map<Kind, Measured[]>(KINDS.map((kind) => [kind, []]));
let faulty = 0;
for (let seed = Number(firstSeed); seed < Number(firstSeed) + Number(count); seed++) {
  const random = seededRandom(seed, 'document light');
  const page = await pageOf(seed, 0, random);
  const sent =
    density === undefined ? (await photographedAs('original', page, random)).jpeg : await scanOf(page, Number(density));
  if ((await faultsOfPicture(sent))?.length !== 0) {
    faulty++;
    continue;
  }
  const colours = drawColours((octets) => Uint8Array.from({ length: octets }, () => 256 * random.next()));
  const conditions = drawHeldConditions(page.width, random);
  const otherPage = () => pageOf(seed, 1, random);
  const plan = { page, otherPage, colours, conditions, turn: 2 + (seed % 3) };
  for (const kind of KINDS) {
    const { checks, scores } = await measureDocumentLight(sent, colours, await photographHeldAs(kind, plan, random));
    const reason = checks.find(({ held }) => !held)?.reason ?? 'accepted';
    const { likeness, correlation, gain } = scores.documentLight ?? { likeness: -1, correlation: 0, gain: 0 };
    found.get(kind)?.push({ reason, likeness, correlation, gain });
    const figures = [likeness, correlation, gain].map((value) => value.toFixed(3)).join(' ');
    console.error(`${seed} ${kind}: ${figures} ${reason}, screen ${conditions.strength.toFixed(2)}`);
  }
}

console.log(`${faulty} pictures of documents had faults and were left out`);
for (const [kind, all] of found) {
  const spread = (name: 'likeness' | 'correlation' | 'gain') => {
    const sorted = all.map((one) => one[name]).toSorted((a, b) => a - b);
    return [0, Math.floor(sorted.length / 2), sorted.length - 1].map((k) => sorted[k]?.toFixed(3)).join(' / ');
  };
  const reasons = [...new Set(all.map(({ reason }) => reason))].map(
    (reason) => `${reason} ${all.filter((one) => one.reason === reason).length}`,
  );
  console.log(`${kind}: n ${all.length}, ${reasons.join(', ')}`);
  console.log(`  likeness ${spread('likeness')}, correlation ${spread('correlation')}, gain ${spread('gain')}`);
}
