import type { DocumentReading } from '@tegata/ekyc';
import { EvaluationSet } from '../set/evaluation-set.ts';
import type { DocumentEntry } from '../set/manifest.ts';
import { readDocuments, readingRates } from './documents.ts';

const zone = ['P<UTOVAN<DER<BERG<<ICHIRO<<<<<<<<<<<<<<<<<<<', 'WK65138959UTO8801269M2812128213393569<<<<<38'];
const passport: DocumentEntry = { file: 'a.jpg', type: 'passport', degradation: undefined, mrz: zone, fields: {} };
const licence: DocumentEntry = {
  ...{ file: 'b.jpg', type: 'driving-licence-jp', degradation: undefined, mrz: undefined },
  fields: { nameJa: '山田 花子', birthJa: '平成2年1月3日', noJa: '302345678900', unknown: 'not read by anybody' },
};
const nothing = { type: undefined, mrz: undefined, printed: {}, printedText: [], numberSide: false };

/** Rates of documents that were read so: by a reader that has read before. */
async function ratesOf(...readings: readonly (readonly [DocumentEntry, object])[]) {
  const manifest = { identities: [], sessions: [], chips: [], documents: readings.map(([entry]) => entry) };
  const set = Object.assign(Object.create(EvaluationSet.prototype) as EvaluationSet, {
    ...{ directory: 'set', manifest, document: ({ file }: DocumentEntry) => Buffer.from(file) },
  });
  let next = 0;
  const reader = { read: async () => ({ ...nothing, ...readings[next++]![1] }) as unknown as DocumentReading };
  const at = new Date('2026-06-01');
  const documents = await readDocuments(reader, [set], { lanes: 1, at, told: () => {} });
  return readingRates(documents).map(({ type, field, right, wrong, missing }) => [
    ...[type, field, right.events, wrong, missing],
  ]);
}

const mrz = (lines: readonly string[]) => ({ mrz: { templates: { lines }, tesseract: { lines }, differing: [] } });

describe('reading rates', () => {
  it('count a zone as right when each of its characters is, and its fields by themselves', async () => {
    const misread = [zone[0]!.replace('ICHIRO', 'ICHIR0'), zone[1]!];
    expect(await ratesOf([passport, mrz(zone)], [passport, mrz(misread)], [passport, {}])).toEqual([
      ['passport', 'MRZ', 1, 1, 1],
      ['passport', 'MRZ, second reader', 1, 1, 1],
      ['passport', 'MRZ number', 2, 0, 1],
      ['passport', 'MRZ names', 1, 1, 1],
      ['passport', 'MRZ birth date', 2, 0, 1],
      ['passport', 'MRZ expiry date', 2, 0, 1],
    ]);
  });

  it('count what a card prints, with blanks and eras apart from what it says', async () => {
    const printed = { name: { value: '山田花子' }, birthDate: { value: '1990-01-30' } };
    expect(await ratesOf([licence, { printed }])).toEqual([
      ['driving-licence-jp', 'name', 1, 0, 0],
      ['driving-licence-jp', 'birthDate', 0, 1, 0],
      ['driving-licence-jp', 'number', 0, 0, 1],
    ]);
  });
});
