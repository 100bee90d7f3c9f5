import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ContractPhase } from '@tegata/contracts/terminal-v1';
import { renderApplicant } from '@tegata/sample-applicant/testing';
import sharp from 'sharp';
import { applicant, reasonOf } from './testing/device.ts';
import { Person } from './testing/person.ts';
import { TestNetwork } from './testing/test-network.ts';

/** What a document says counts, and a picture that does not show it is asked for again without losing the application. */
describe('the picture of a document', () => {
  let network: TestNetwork;
  let framesDirectory: string;
  let documentFile: string;

  beforeAll(async () => {
    framesDirectory = await renderApplicant('holder on another day');
    documentFile = join(framesDirectory, 'shown.jpg');
    network = await TestNetwork.start();
  }, 400_000);

  afterAll(async () => {
    await network?.stop();
    if (framesDirectory) await rm(framesDirectory, { recursive: true, force: true });
  }, 60_000);

  const good = () => join(framesDirectory, 'document.jpg');
  const reasonsOf = async ({ terminal }: Person): Promise<string[]> => {
    const [contract] = (await terminal.contracts.list({})).contracts;
    return [...new Set(contract?.reasons.map(({ code }) => code))];
  };

  it('is refused where it has another name than was typed', async () => {
    const person = await Person.arrive(network, { framesDirectory, documentFile: good() });
    try {
      const named = { ...applicant, familyName: 'Somebody' };
      expect(await reasonOf(person.apply('aozora', undefined, undefined, named))).toBe('DOCUMENTS_REFUSED');
      expect(await reasonsOf(person)).toEqual(['DOCUMENT_NAME_DIFFERS']);
      expect(await network.callsOf('authentication', 'BeginCapture')).toBe(0);
    } finally {
      await person.leave();
    }
  });

  it('is asked for again for glare, blur and an expired document, and then leads to a profile', async () => {
    const person = await Person.arrive(network, { framesDirectory, documentFile });
    try {
      const lamp = '<svg width="900" height="700"><circle cx="620" cy="420" r="150" fill="#fff"/></svg>';
      await sharp(good())
        .composite([{ input: await sharp(Buffer.from(lamp)).blur(12).png().toBuffer(), left: 150, top: 100 }])
        .jpeg({ quality: 85 })
        .toFile(documentFile);
      expect(await reasonOf(person.apply('aozora'))).toBe('ANOTHER_PICTURE_NEEDED');
      expect(await reasonsOf(person)).toEqual(['DOCUMENT_GLARE']);

      await sharp(good()).blur(5).jpeg({ quality: 85 }).toFile(documentFile);
      expect(await reasonOf(person.resume())).toBe('ANOTHER_PICTURE_NEEDED');
      expect(await reasonsOf(person)).toEqual(['DOCUMENT_BLURRED']);

      await copyFile(join(framesDirectory, 'documents', 'expired.jpg'), documentFile);
      expect(await reasonOf(person.resume())).toBe('DOCUMENTS_REFUSED');
      expect(await reasonsOf(person)).toEqual(['DOCUMENT_EXPIRED']);

      await copyFile(good(), documentFile);
      expect((await person.resume())?.phase).toBe(ContractPhase.COMPLETE);
      const certificate = await person.terminal.lpa.showCertificate({ password: Person.password });
      expect(certificate).toMatchObject({ evidenceClass: 'document-image', assuranceLevel: 1 });
      expect([...certificate.attributeNames].sort()).toEqual(['birth_date', 'family_name', 'given_name']);
    } finally {
      await person.leave();
    }
  }, 400_000);
});
