import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ContractPhase } from '@tegata/contracts/terminal-v1';
import { SAMPLE_PEOPLE } from '@tegata/sample-applicant';
import { applicant, reasonOf } from './testing/device.ts';
import { Person } from './testing/person.ts';
import { renderApplicant } from './testing/rendered-applicant.ts';
import { TestNetwork } from './testing/test-network.ts';

/** The story of one person with a chip in the passport, in order. */
describe('a person who shows the chip of a document', () => {
  let network: TestNetwork;
  let person: Person;
  let framesDirectory: string;

  beforeAll(async () => {
    framesDirectory = await renderApplicant(0, 11);
    network = await TestNetwork.start({ authentication: { TEGATA_CSCA_FOLDER: join(framesDirectory, 'csca') } });
    person = await Person.arrive(network, { framesDirectory, chipDirectory: join(framesDirectory, 'chip') });
  }, 180_000);

  afterAll(async () => {
    await person?.leave();
    await network?.stop();
    if (framesDirectory) await rm(framesDirectory, { recursive: true, force: true });
  }, 60_000);

  it('under the name of somebody else is refused before a photo is asked for', async () => {
    const named = { ...applicant, familyName: 'Somebody' };
    expect(await reasonOf(person.apply('aozora', undefined, undefined, named))).toBe('DOCUMENTS_REFUSED');
    expect(await network.callsOf('authentication', 'BeginCapture')).toBe(0);
  });

  it('with one octet of it changed is refused', async () => {
    const file = join(framesDirectory, 'chip', 'EF_DG1.bin');
    const octets = await readFile(file);
    const altered = Buffer.from(octets);
    altered[20] = altered[20] === 0x41 ? 0x42 : 0x41;
    await writeFile(file, altered);
    expect(await reasonOf(person.resume())).toBe('DOCUMENTS_REFUSED');
    await writeFile(file, octets);
  });

  it('gets a profile, and a certificate that says that it was a chip', async () => {
    const { familyName, givenName } = SAMPLE_PEOPLE[0]!.identity;
    const record = await person.apply('minato', undefined, undefined, { ...applicant, familyName, givenName });
    expect(record?.phase).toBe(ContractPhase.COMPLETE);
    const certificate = await person.terminal.lpa.showCertificate({ password: Person.password });
    expect(certificate).toMatchObject({ evidenceClass: 'document-chip', assuranceLevel: 2 });
    expect(certificate.attributeNames).toEqual(expect.arrayContaining(['family_name', 'given_name', 'birth_date']));
    expect(certificate.attributeNames).not.toContain('address');
  });
});
