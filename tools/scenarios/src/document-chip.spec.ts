import { randomBytes } from 'node:crypto';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stayInReader } from '@tegata/card-reader';
import { missingOfPcsc, OwnPcscd } from '@tegata/card-reader/testing';
import { ContractPhase } from '@tegata/contracts/terminal-v1';
import { CscaTrust, verifyChip } from '@tegata/emrtd';
import { EmulatedPassport } from '@tegata/emrtd/emulated-chip';
import { testHolder } from '@tegata/emrtd/testing';
import { issuePassport, type PassportInFolder, passwordOf, readPassport } from '@tegata/emulated-passport';
import { SAMPLE_PEOPLE } from '@tegata/sample-applicant';
import { renderApplicant } from '@tegata/sample-applicant/testing';
import { applicant, reasonOf } from './testing/device.ts';
import { Person } from './testing/person.ts';
import { TestNetwork } from './testing/test-network.ts';

const { identity } = SAMPLE_PEOPLE[0]!;
const named = { ...applicant, familyName: identity.familyName, givenName: identity.givenName };

/** A passport whose chip has a key, with the portrait of one that has none. */
async function issueWithKey(folder: string, framesDirectory: string): Promise<PassportInFolder> {
  const { files } = readPassport(join(framesDirectory, 'chip'));
  const csca = new CscaTrust({ certificates: [await readFile(join(framesDirectory, 'csca', 'utopia.cer'))] });
  const { mrz, portrait } = verifyChip(files, csca, new Date());
  const { primaryIdentifier, secondaryIdentifier } = mrz;
  const { birthDate, expiryDate, documentNumber } = passwordOf(files, new Date());
  const holder = { ...testHolder, primaryIdentifier, secondaryIdentifier, birthDate, expiryDate, documentNumber };
  const passport = issuePassport(folder, holder, portrait.octets);
  await copyFile(join(folder, 'csca.cer'), join(framesDirectory, 'csca', 'passport.cer'));
  return passport;
}

const reason = missingOfPcsc();
const itWithReader = reason === undefined ? it : it.skip;

/** The story of one person with a chip in the passport, in order. */
describe(`a person who shows the chip of a document${reason === undefined ? '' : ` (no reader: ${reason})`}`, () => {
  let network: TestNetwork;
  let person: Person;
  let framesDirectory: string;
  let passportDirectory: string;
  let pcscd: OwnPcscd | undefined;
  /** what lies on the reader: first a copy, then the passport itself */
  let inReader: EmulatedPassport;
  let genuine: EmulatedPassport;
  const taken = new AbortController();

  beforeAll(async () => {
    framesDirectory = await renderApplicant('holder');
    passportDirectory = join(framesDirectory, 'passport');
    const { files, key } = await issueWithKey(passportDirectory, framesDirectory);
    const chip = { files, mrz: passwordOf(files, new Date()), random: randomBytes };
    inReader = new EmulatedPassport(chip);
    genuine = new EmulatedPassport({ ...chip, key });
    network = await TestNetwork.start({ authentication: { TEGATA_CSCA_FOLDER: join(framesDirectory, 'csca') } });
    pcscd = reason === undefined ? await OwnPcscd.start() : undefined;
    const env: Record<string, string> = pcscd ? { PCSCLITE_CSOCK_NAME: pcscd.socket } : {};
    person = await Person.arrive(network, { framesDirectory, chipDirectory: join(framesDirectory, 'chip') }, env);
    if (pcscd) void stayOnReader(pcscd.port);
  }, 300_000);

  const stayOnReader = (port: number) =>
    stayInReader(
      { host: '127.0.0.1', port },
      {
        longestCommand: 65_544,
        reset: () => inReader.reset(),
        transmit: (command) => inReader.transmit(command),
      },
      { name: 'The passport', signal: taken.signal, tell: () => undefined, retryMs: 20 },
    );

  afterAll(async () => {
    taken.abort();
    await person?.leave();
    await network?.stop();
    await pcscd?.stop();
    if (framesDirectory) await rm(framesDirectory, { recursive: true, force: true });
  }, 60_000);

  it('under the name of somebody else is refused before a photo is asked for', async () => {
    const other = { ...applicant, familyName: 'Somebody' };
    expect(await reasonOf(person.apply('aozora', undefined, undefined, other))).toBe('DOCUMENTS_REFUSED');
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

  const onReader = () => ({
    ...{ framesDirectory, chipDirectory: passportDirectory },
    ...(pcscd && { chipReader: 'Tegata' }),
  });

  itWithReader('with a copy of it on the reader is told so before anything is sent', async () => {
    const calls = await network.callsOf('authentication', 'StartVerification');
    expect(await reasonOf(person.applyWith('minato', onReader(), named))).toBe('CHIP_NOT_GENUINE');
    expect(await network.callsOf('authentication', 'StartVerification')).toBe(calls);
    inReader = genuine;
  });

  it('gets a profile, and a certificate that says that it was a chip, and whether it was no copy', async () => {
    const record = await person.applyWith('minato', onReader(), named);
    expect(record?.phase).toBe(ContractPhase.COMPLETE);
    const certificate = await person.terminal.lpa.showCertificate({ password: Person.password });
    expect(certificate).toMatchObject({ evidenceClass: 'document-chip', assuranceLevel: pcscd ? 3 : 2 });
    expect(certificate.attributeNames).toEqual(expect.arrayContaining(['family_name', 'given_name', 'birth_date']));
    expect(certificate.attributeNames).not.toContain('address');
  });
});
