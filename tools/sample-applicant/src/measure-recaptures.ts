import { PICTURE_SIDES, pictureFaults, straightenDocument } from '@tegata/document-picture';
import { Command, InvalidArgumentError, Option } from 'commander';
import sharp from 'sharp';
import { JAPANESE_CARDS } from './japanese-card.ts';
import { SAMPLE_PEOPLE, SAMPLE_RESIDENT } from './people.ts';
import { portraitFiles } from './portrait-files.ts';
import type { Picture } from './portrait-photo.ts';
import { documentPage } from './recapture/document-kinds.ts';
import {
  type DrawnPage,
  PRESENTATIONS,
  type Presentation,
  photographedAs,
  type Rephotographed,
} from './recapture/recaptured-document.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';

interface Measured {
  readonly presentation: Presentation;
  readonly seed: number;
  readonly medium: string;
  readonly pixelsPerStep: number;
  readonly pattern: number;
  /** what is wrong with the picture */
  readonly faults: readonly string[];
}

/** A card or page of an invented person, drawn with one of the portraits. */
async function drawn(portraits: readonly Picture[], seed: number, random: SeededRandom): Promise<DrawnPage> {
  const portrait = portraits[seed % portraits.length];
  const kind = Math.floor(random.next() * 5);
  const document = kind === 4 ? 'passport' : JAPANESE_CARDS[kind]!;
  const { identity } = SAMPLE_PEOPLE[seed % SAMPLE_PEOPLE.length]!;
  return documentPage({ document, identity, resident: SAMPLE_RESIDENT, portrait }, random);
}

async function measured(jpeg: Uint8Array) {
  const decoded = async (side: number) => {
    const { data, info } = await sharp(jpeg)
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, rgb: new Uint8Array(data) };
  };
  const { picture } = straightenDocument(await decoded(PICTURE_SIDES.text), {
    fine: await decoded(PICTURE_SIDES.patterns),
  });
  return { pattern: picture.pattern, faults: pictureFaults(picture) };
}

/** Which line of the table a picture belongs to. */
function lineOf({
  presentation,
  medium,
  pixelsPerStep,
}: Pick<Measured, 'presentation'> & Omit<Rephotographed, 'jpeg'>) {
  if (presentation === 'original') return `original, fine print: ${medium}`;
  if (presentation === 'inkjet-print') return presentation;
  const bounds = presentation === 'screen' ? [0.9, 1.4, 1.9] : [2, 3, 4.5];
  const over = bounds.filter((bound) => pixelsPerStep >= bound).at(-1);
  return `${presentation}, ${over === undefined ? `under ${bounds[0]}` : `from ${over}`} pixels a step`;
}

const wholeNumber = (text: string) => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number is wanted');
  return Number(text);
};

await new Command('measure-recaptures')
  .description(
    'Renders pictures of documents, of screens and of prints by one camera, and tells which are taken for what they are.',
  )
  .option('--portraits <directory>', 'photographs ending in _document.jpg for the documents; none when left out')
  .option('--count <number>', 'pictures of each', wholeNumber, 10)
  .option('--seed <number>', 'the same seed gives the same pictures', wholeNumber, 1)
  .addOption(
    new Option('--of <names...>', 'what is before the camera').choices([...PRESENTATIONS]).default([...PRESENTATIONS]),
  )
  .option('--json', 'a line for each picture in place of the table')
  .action(async (options: { portraits?: string; count: number; seed: number; of: Presentation[]; json?: true }) => {
    const { portraits: folder, count, seed: first, of, json } = options;
    const portraits = await portraitFiles(folder);
    const table = new Map<string, { pictures: number; told: number; otherFaults: number }>();
    for (const presentation of of) {
      for (let seed = first; seed < first + count; seed++) {
        const random = seededRandom(seed, presentation);
        const page = await drawn(portraits, seed, random);
        const { jpeg, medium, pixelsPerStep } = await photographedAs(presentation, page, random);
        const result: Measured = { presentation, seed, medium, pixelsPerStep, ...(await measured(jpeg)) };
        if (json) console.log(JSON.stringify(result));
        const name = lineOf(result);
        const line = table.get(name) ?? { pictures: 0, told: 0, otherFaults: 0 };
        line.pictures++;
        if (result.faults.includes('DOCUMENT_RECAPTURED')) line.told++;
        else if (result.faults.length > 0) line.otherFaults++;
        table.set(name, line);
      }
    }
    if (json) return;
    console.log('pictures | DOCUMENT_RECAPTURED | other faults alone');
    for (const [name, { pictures, told, otherFaults }] of [...table].sort()) {
      console.log(`${name}: ${pictures} | ${told} | ${otherFaults}`);
    }
  })
  .parseAsync();
