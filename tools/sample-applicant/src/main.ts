import { Command, InvalidArgumentError, Option } from 'commander';
import { writeFlatPicture } from './flat-picture-folder.ts';
import { SAMPLE_PEOPLE } from './people.ts';
import {
  HELD_TO_BE_LIT,
  type HeldToBeLit,
  MORE_DOCUMENTS,
  type MoreDocument,
  renderSampleApplicant,
} from './sample-applicant.ts';

interface SampleOptions {
  readonly out: string;
  readonly person: number;
  readonly seed: number;
  readonly documents?: MoreDocument[];
  readonly flat?: number;
  readonly documentLight?: HeldToBeLit[];
}

const wholeNumber = (text: string) => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number is wanted');
  return Number(text);
};

const personNumber = (text: string) => {
  const number = wholeNumber(text);
  if (number >= SAMPLE_PEOPLE.length) throw new InvalidArgumentError(`0 to ${SAMPLE_PEOPLE.length - 1} are there`);
  return number;
};

await new Command('sample-applicant')
  .description(
    'Renders a person who applies for a contract: document.jpg, the files of its chip, and folders of camera frames for each motion.',
  )
  .requiredOption('--out <directory>', 'where to write')
  .option('--person <number>', `whom, 0 to ${SAMPLE_PEOPLE.length - 1}`, personNumber, 0)
  .option('--seed <number>', 'the same seed gives the same pictures', wholeNumber, 1)
  .addOption(
    new Option('--documents <names...>', 'draw these, too, into the folder documents').choices([...MORE_DOCUMENTS]),
  )
  .addOption(
    new Option(
      '--document-light <held...>',
      'write frames of what is held before the camera while the screen lights it: the document into the folder document-colours, a screen that shows it into screen-colours',
    ).choices(HELD_TO_BE_LIT),
  )
  .option(
    '--flat <degrees>',
    'write, in place of the person, frames of a photograph of theirs that is turned by so much before the camera: what has to be refused',
    wholeNumber,
  )
  .action(async (options: SampleOptions) => {
    const { out, person, seed, documents, flat, documentLight } = options;
    if (flat !== undefined) {
      await writeFlatPicture(out, { person, seed, degrees: flat });
      console.log(`a photograph, turned by ${flat} degrees: rendered into ${out}`);
      return;
    }
    const { identity } = await renderSampleApplicant({
      person,
      seed,
      outDir: out,
      ...(documents && { moreDocuments: documents }),
      ...(documentLight && { documentLight }),
    });
    const { givenName, familyName, birthDate, documentNumber } = identity;
    console.log(`${givenName} ${familyName}, born ${birthDate}, document ${documentNumber}: rendered into ${out}`);
  })
  .parseAsync();
