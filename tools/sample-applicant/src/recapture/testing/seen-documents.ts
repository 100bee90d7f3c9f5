import { pictureFaults, straightenDocument } from '@tegata/document-picture';
import sharp from 'sharp';
import { seededRandom } from '../../seeded-random.ts';
import { type DocumentAttackKind, type DocumentPlan, renderDocument } from '../document-kinds.ts';

// A program: what is told of the simulator's pictures named as KIND:SEED, a JSON list. It is one since the arithmetic takes ten times as long inside
// of a test's sandbox.

/** A card without portrait, of nobody. */
const plan: DocumentPlan = {
  document: 'driving-licence',
  identity: {
    ...{ familyName: 'Nobody', givenName: 'Nemo', birthDate: '1990-04-01', sex: 'M', documentNumber: 'TG0000000' },
    ...{ issueDate: '2024-02-14', expiryDate: '2034-02-14' },
  },
  resident: {
    ...{ name: '無名 一郎', latinName: 'MUMEI ICHIRO', address: '東京都千代田区霞が関9-8-7', birthDate: '1990-04-01' },
    ...{ sex: 'M', issueDate: '2024-02-14', expiryDate: '2034-02-14' },
    ...{ licence: '3023456789', residenceCard: 'UT12345678XX' },
  },
  portrait: undefined,
};

const seen = process.argv.slice(2).map(async (name) => {
  const [kind, seed] = name.split(':') as [DocumentAttackKind | 'genuine', string];
  const { jpeg, medium } = await renderDocument(kind, plan, seededRandom(Number(seed), kind));
  const { data, info } = await sharp(jpeg).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { picture } = straightenDocument({ width: info.width, height: info.height, rgb: new Uint8Array(data) });
  return { name, medium, width: info.width, pattern: picture.pattern, faults: pictureFaults(picture) };
});
console.log(JSON.stringify(await Promise.all(seen)));
