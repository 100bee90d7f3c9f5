import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { DocumentReader, judgeDocument } from '@tegata/ekyc';
import sharp from 'sharp';
import { JAPANESE_CARDS, type JapaneseCard } from './japanese-card.ts';
import { SAMPLE_PEOPLE, SAMPLE_RESIDENT } from './people.ts';

const resident = {
  familyName: '関所',
  givenName: '美央',
  birthDate: SAMPLE_RESIDENT.birthDate,
  address: SAMPLE_RESIDENT.address,
};

describe('sample documents', () => {
  let folder: string;
  let reader: DocumentReader;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sample-documents-'));
    // in a process of its own: inside a test's sandbox the arithmetic takes ten times as long
    const program = resolve(import.meta.dirname, 'main.ts');
    const options = ['--import', 'tsx', program, '--out', folder, '--seed', '51', '--documents', ...JAPANESE_CARDS];
    await promisify(execFile)(process.execPath, options);
    reader = await DocumentReader.start({ decisionDeadlineMs: 200_000 });
  });
  afterAll(async () => {
    await reader.close();
    await rm(folder, { recursive: true });
  });

  const judged = async (file: string, declared: Parameters<typeof judgeDocument>[1]) => {
    const reading = await reader.read(await readFile(join(folder, file)), { legibleOnly: true });
    const { outcome, reasons, confirmed } = judgeDocument(reading, declared, new Date());
    return { type: reading.type, end: [outcome, ...reasons.map(({ code }) => code)], confirmed };
  };

  it('are a passport that says who its holder is', async () => {
    const { familyName, givenName, birthDate } = SAMPLE_PEOPLE[0]!.identity;
    const declared = { familyName, givenName, birthDate };
    expect(await judged('document.jpg', declared)).toEqual({
      type: 'passport',
      end: ['accepted'],
      confirmed: declared,
    });
  });

  it('are told from a copy in grey', async () => {
    const { familyName, givenName, birthDate } = SAMPLE_PEOPLE[0]!.identity;
    await sharp(join(folder, 'document.jpg')).greyscale().jpeg({ quality: 90 }).toFile(join(folder, 'copy.jpg'));
    const { end } = await judged('copy.jpg', { familyName, givenName, birthDate });
    expect(end).toEqual(['recapture', 'DOCUMENT_COPY']);
  });

  it('are told from two in one picture', async () => {
    const { familyName, givenName, birthDate } = SAMPLE_PEOPLE[0]!.identity;
    const both = ['document.jpg', 'documents/driving-licence.jpg'].map((file) => join(folder, file));
    await sharp(both, { join: { across: 1 } })
      .jpeg({ quality: 90 })
      .toFile(join(folder, 'both.jpg'));
    const { end } = await judged('both.jpg', { familyName, givenName, birthDate });
    expect(end).toContain('DOCUMENT_NOT_ALONE');
  });

  it('are cards of each kind that say who lives where, each known for what it is', async () => {
    for (const card of JAPANESE_CARDS) {
      if (card === 'my-number-card-back') continue;
      const declared = card === 'residence-card' ? { ...resident, familyName: 'Sekisho', givenName: 'Mio' } : resident;
      expect(await judged(`documents/${card}.jpg`, declared)).toEqual({
        type: card,
        end: ['accepted'],
        confirmed: declared,
      });
    }
  });

  it('are the side of a My Number card with the number, of which nothing is kept', async () => {
    const back: JapaneseCard = 'my-number-card-back';
    expect(await judged(`documents/${back}.jpg`, resident)).toEqual({
      type: 'my-number-card',
      end: ['recapture', 'DOCUMENT_WRONG_SIDE'],
      confirmed: {},
    });
  });
});
