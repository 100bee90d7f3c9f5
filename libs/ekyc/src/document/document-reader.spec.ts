import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describeWithFaces, documentImage } from '../testing/face-vectors.ts';
import { DocumentReader } from './document-reader.ts';
import { readDate } from './japanese-date.ts';

interface Truth {
  readonly file: string;
  readonly type: string;
  readonly mrz?: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
}

let reader: DocumentReader;
beforeAll(async () => {
  reader = await DocumentReader.start({ decisionDeadlineMs: 200_000 });
}, 120_000);
afterAll(() => reader.close());

describe('a reader of documents', () => {
  it('finds nothing on an empty page, and says so', async () => {
    const page = await sharp({ create: { width: 700, height: 500, channels: 3, background: '#e8e4d8' } })
      .png()
      .toBuffer();
    expect(await reader.read(page)).toMatchObject({
      type: undefined,
      mrz: undefined,
      printed: {},
      picture: { located: false, documents: 0 },
    });
  });

  it.each([
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['nothing', Buffer.alloc(0)],
    ['half a header', Buffer.from('ffd8ffe000104a464946', 'hex')],
  ])('does not take %s for a picture', async (_, octets) => {
    await expect(reader.read(octets)).rejects.toMatchObject({ code: 'EKYC_INPUT_INVALID' });
  });
});

describeWithFaces('a reader of documents over the development set', () => {
  const manifest = fileURLToPath(new URL('../../../../../shared/vectors/faces/manifest.json', import.meta.url));
  const truths = (): readonly Truth[] =>
    (JSON.parse(readFileSync(manifest, 'utf8')) as { documents: Truth[] }).documents;

  it('reads every machine readable zone exactly, with both readers', async () => {
    for (const { file, mrz, type } of truths()) {
      if (mrz === undefined) continue;
      const reading = await reader.read(documentImage(file));
      expect([file, reading.mrz?.templates.lines]).toEqual([file, mrz]);
      expect(reading.mrz?.templates.sound).toBe(true);
      expect(reading.mrz?.tesseract).toBeDefined();
      expect(reading.type).toBe(type === 'passport' ? 'passport' : 'identity-card');
    }
  });

  it('reads what a driving licence prints, and knows it for one', async () => {
    const birthDates: Readonly<Record<string, string>> = { 'jpdl-0.jpg': '1990-01-03', 'jpdl-1.jpg': '1991-02-05' };
    for (const { file, fields } of truths().filter(({ type }) => type === 'driving-licence-jp')) {
      const { type, printed, mrz } = await reader.read(documentImage(file));
      expect([type, mrz]).toEqual(['driving-licence', undefined]);
      expect(printed.name?.value).toBe(fields.nameJa!.replaceAll(' ', ''));
      expect(printed.address?.value).toBe(fields.addrJa);
      expect(printed.birthDate?.value).toBe(birthDates[file]);
      expect(printed.number?.value).toBe(fields.noJa);
      expect(printed.issueDate?.value).toBe(readDate(fields.issueJa!));
      expect(printed.expiryDate?.value).toBe(readDate(fields.expJa!));
    }
  });
});
