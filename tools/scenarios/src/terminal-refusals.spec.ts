import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IdentityCertificatesService, RevocationReason } from '@tegata/contracts/authentication-v1';
import { OperationsService } from '@tegata/contracts/operations-v1';
import { ContractPhase } from '@tegata/contracts/terminal-v1';
import { renderApplicant } from '@tegata/sample-applicant/testing';
import sharp from 'sharp';
import { reasonOf } from './testing/device.ts';
import { Person } from './testing/person.ts';
import { TestNetwork } from './testing/test-network.ts';

/** What a person at a terminal is told when something is not as it should be. */
describe('a terminal', () => {
  let network: TestNetwork;
  let own: string;
  let strangers: string;

  beforeAll(async () => {
    // minato hears of revocations soon.
    network = await TestNetwork.start({ 'management/minato': { TEGATA_STATUS_INTERVAL_MS: '1000' } });
    own = await renderApplicant('holder');
    strangers = await renderApplicant('stranger');
  }, 180_000);

  afterAll(async () => {
    await network?.stop();
    for (const folder of [own, strangers]) if (folder) await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const arriving = (framesDirectory: string, documentFile = join(own, 'document.jpg')) =>
    Person.arrive(network, { framesDirectory, documentFile });

  const reasonsOf = async (person: Person): Promise<string[]> => {
    const { contracts } = await person.terminal.contracts.list({});
    return contracts[0]?.reasons.map(({ code }) => code) ?? [];
  };

  it('locks after five wrong passwords, tells a carrier nothing of them, and unlocks with the reset code', async () => {
    const person = await arriving(own);
    try {
      const submissions = () => network.callsOf('management/aozora', 'SubmitContractInformation');
      const before = await submissions();
      for (let tries = 0; tries < 4; tries++) {
        expect(await reasonOf(person.apply('aozora', undefined, 'not the password'))).toBe(
          'LOCAL_AUTHENTICATION_FAILED',
        );
      }
      expect(await reasonOf(person.apply('aozora', undefined, 'not the password'))).toBe('LOCAL_AUTHENTICATION_LOCKED');
      // The right password comes too late.
      expect(await reasonOf(person.apply('aozora'))).toBe('LOCAL_AUTHENTICATION_LOCKED');
      expect(await submissions()).toBe(before);
      const wrong = person.terminal.localUser.unlockLocalAuthentication({
        resetCode: '0000000000000000',
        newPassword: 'another password',
      });
      expect(await reasonOf(wrong)).toBe('RESET_CODE_WRONG');
      await person.terminal.localUser.unlockLocalAuthentication({
        resetCode: person.resetCode,
        newPassword: 'another password',
      });
      const status = await person.terminal.localUser.getLocalAuthentication({});
      expect(status).toEqual({ registered: true, triesLeft: 5 });
    } finally {
      await person.leave();
    }
  }, 60_000);

  it('says that it knows no carrier of a name', async () => {
    const person = await arriving(own);
    expect(await reasonOf(person.apply('nobody'))).toBe('CARRIER_UNKNOWN');
    await person.leave();
  }, 60_000);

  it('asks for another picture when the document has no face', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tegata-document-'));
    const faceless = join(folder, 'document.jpg');
    const plain = { create: { width: 900, height: 600, channels: 3 as const, background: '#c8d2dc' } };
    await writeFile(faceless, await sharp(plain).jpeg().toBuffer());
    const person = await arriving(own, faceless);
    try {
      expect(await reasonOf(person.apply('aozora'))).toBe('ANOTHER_PICTURE_NEEDED');
      expect(await reasonsOf(person)).toContain('DOCUMENT_NO_FACE');
      expect((await person.terminal.es10c.getProfilesInfo({})).profiles).toEqual([]);
    } finally {
      await person.leave();
      await rm(folder, { recursive: true, force: true });
    }
  }, 60_000);

  it('sends no frames without a face, and the try is not lost', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tegata-frames-'));
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 };
    const faceless = await sharp({ create: { width: 480, height: 480, channels: 3, background: '#808080', noise } })
      .blur(3)
      .normalise()
      .jpeg()
      .toBuffer();
    await cp(own, folder, { recursive: true });
    for (const name of await readdir(join(folder, 'straight')))
      await writeFile(join(folder, 'straight', name), faceless);
    const person = await arriving(folder);
    try {
      const calls = (method: string) => network.callsOf('management/aozora', method);
      const [begun, submitted] = [await calls('BeginCapture'), await calls('SubmitCapture')];
      expect(await reasonOf(person.apply('aozora'))).toBe('FRAMES_WITHOUT_FACE');
      expect([await calls('BeginCapture'), await calls('SubmitCapture')]).toEqual([begun + 1, submitted]);
      expect(await reasonsOf(person)).toEqual([]);
    } finally {
      await person.leave();
      await rm(folder, { recursive: true, force: true });
    }
  }, 60_000);

  it('gets no profile for a person who is not the one on the document', async () => {
    const person = await arriving(strangers);
    try {
      expect(await reasonOf(person.apply('aozora'))).toBe('ID_PHOTO_REFUSED');
      expect(await reasonsOf(person)).toContain('FACE_NOT_MATCHING');
      expect(await reasonOf(person.resume())).toBe('ID_PHOTO_REFUSED');
      const last = await person.resume();
      expect(last?.phase).toBe(ContractPhase.ENDED);
      expect(await reasonsOf(person)).toContain('FACE_NOT_MATCHING');
      expect((await person.terminal.es10c.getProfilesInfo({})).profiles).toEqual([]);
      expect(await reasonOf(person.terminal.lpa.attach({}))).toBe('NO_PROFILE_ENABLED');
    } finally {
      await person.leave();
    }
  }, 120_000);

  it('has its person verified again where the identity certificate was revoked', async () => {
    const person = await arriving(own);
    try {
      expect((await person.apply('aozora'))?.phase).toBe(ContractPhase.COMPLETE);
      const certificates = (await network.asOperator('authentication')).client(IdentityCertificatesService);
      const [newest] = (await certificates.listCertificates({ pageSize: 1, pageToken: '' })).certificates;
      const serialNumber = newest?.serialNumber ?? '';
      await certificates.revokeCertificate({ serialNumber, reason: RevocationReason.KEY_COMPROMISE });
      const fetches = () => network.callsOf('authentication', 'GetCertificateStatusList');
      const before = await fetches();
      while ((await fetches()) < before + 2) await sleep(200);

      const record = await person.apply('minato');
      expect(record?.phase).toBe(ContractPhase.COMPLETE);
      expect(record?.identityVerification).toBe(true);
      const operator = (await network.asOperator('management/minato')).client(OperationsService);
      const { steps } = await operator.getFlow({ contractId: record?.contractId ?? '' });
      expect(steps.find(({ step }) => step === 'S50')?.outcome).toBe('CERTIFICATE_REVOKED');
    } finally {
      await person.leave();
    }
  }, 120_000);
});
