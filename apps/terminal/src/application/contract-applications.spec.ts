import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IdentityDocuments } from '@tegata/contracts/authentication-v1';
import { ContractState } from '@tegata/contracts/management-v1';
import { type ChipFiles, chipChallenge, requireAnswer } from '@tegata/emrtd';
import { answerChallenge, type ChipKey } from '@tegata/emrtd/emulated-chip';
import { issueChip, testChipKey, testCountry } from '@tegata/emrtd/testing';
import { drawFace } from '@tegata/face-mesh';
import sharp from 'sharp';
import { startFrameInspector } from '../capture/frame-inspector.ts';
import { facelessFrame } from '../capture/testing/faceless-frame.ts';
import { writeChip } from '../evidence/chip-reader.ts';
import type { Application, Following } from './contract-applications.ts';
import type { Progress } from './run.ts';
import { fakeEid } from './testing/fake-euicc.ts';
import { FakeWorld } from './testing/fake-world.ts';
import { Interruptions } from './testing/interruptions.ts';

const applicant = {
  familyName: 'Aoki',
  givenName: 'Hana',
  birthDate: { year: 1990, month: 4, day: 1 },
  address: '1-2-3 Minato',
};

describe('the contract applications of a terminal', () => {
  let world: FakeWorld;
  const told: Progress[] = [];
  const following: Following = { tell: (progress) => told.push(progress), signal: new AbortController().signal };
  const application = (more: Partial<Application> = {}): Application => ({
    carrier: 'aozora',
    applicant,
    password: 'open sesame',
    evidence: world.evidence,
    disclose: [],
    ...more,
  });
  const resumption = { id: '', password: 'open sesame', evidence: undefined };
  /** Applications of which one was interrupted when it came to a stage. */
  const stoppedIn = async (stage: string) => {
    const stop = new AbortController();
    const tell = (progress: Progress) => {
      if (progress.kind === 'contract' && progress.record.stage === stage) stop.abort(new Error('stopped'));
    };
    const applications = world.start();
    await applications.apply(application(), { tell, signal: stop.signal }).catch(() => {});
    expect(world.record.stage).toBe(stage);
    return applications;
  };
  const notes = () => told.flatMap((progress) => (progress.kind === 'note' ? [progress.note] : []));
  const steps = () => told.flatMap((progress) => (progress.kind === 'step' ? [progress.step.step] : []));

  beforeEach(() => {
    told.length = 0;
    world = new FakeWorld({ aozora: {}, minato: {} });
  });
  afterEach(() => world.remove());

  it('tell every step as it ends, in the order of the chart, and what to do for the ID photo', async () => {
    const record = await world.start().apply(application(), following);
    expect(record.stage).toBe('complete');
    expect(steps()).toEqual('S5 S6 S7 S8 S9 S10 S11 S12 S16 S17 S18 S19 S27 S33 S32 S34 S35'.split(' '));
    expect(notes()).toEqual([
      'ID photo, 1 of 3: look straight into the camera.',
      'ID photo, 2 of 3: turn the head to your left.',
      'ID photo, 3 of 3: lift the chin.',
    ]);
  });

  describe('with the chip of a document in a card reader', () => {
    const key = testChipKey('ecdsa');
    const files = issueChip(testCountry(), { key });
    const answering =
      (by: ChipKey) =>
      async (challenge: Uint8Array): Promise<Uint8Array> =>
        answerChallenge(by, challenge, randomBytes);
    const chipSubmitted = () => {
      const sealed = [...world.carrier('aozora').sealedDocuments].at(-1);
      return sealed && IdentityDocuments.decode(sealed).documentChip;
    };
    const withChip = (shown: ChipFiles = files, chipReader: string | undefined = 'Tegata 00 00') => {
      const chipDirectory = join(world.folder, 'chip');
      writeChip({ files: shown, access: 'PACE', chipAuthentication: false }, chipDirectory);
      return application({ evidence: { ...world.evidence, documentFile: '', chipDirectory, chipReader } });
    };

    it('have it answer for this contract and its nonce, and send the answer', async () => {
      const asked: Uint8Array[] = [];
      world.chip = (challenge) => {
        asked.push(challenge);
        return answering(key)(challenge);
      };
      expect((await world.start().apply(withChip(), following)).stage).toBe('complete');
      const shown = chipSubmitted()!.activeAuthentication!;
      const [contractId] = world.carrier('aozora').contracts.keys();
      const challenge = chipChallenge({ contractId: contractId!, eid: fakeEid, nonce: shown.nonce });
      expect(asked).toEqual([challenge]);
      requireAnswer(files, { challenge, signature: shown.signature });
      expect(notes()).toContain(
        'Leave the document at the reader: its chip is asked whether it is the one that was issued.',
      );
    });

    it('ask it again where the carrier wants the information again, under another nonce', async () => {
      world.remove();
      world = new FakeWorld({ aozora: { documentsToRefuse: 1 } });
      world.chip = answering(key);
      const applications = world.start();
      const refused = applications.apply(withChip(), following);
      await expect(refused).rejects.toMatchObject({ code: 'ANOTHER_PICTURE_NEEDED' });
      const first = chipSubmitted()!.activeAuthentication!;
      expect((await applications.resume(resumption, following)).stage).toBe('complete');
      const second = chipSubmitted()!.activeAuthentication!;
      expect(second.nonce).not.toEqual(first.nonce);
    });

    it.each([
      ['answers with another key', () => answering(testChipKey('ecdsa'))],
      ['answers with nothing of use', () => async () => Buffer.of(1, 2, 3)],
    ])('end where it %s, before anything is submitted', async (_, chip) => {
      world.chip = chip();
      await expect(world.start().apply(withChip(), following)).rejects.toMatchObject({ code: 'CHIP_NOT_GENUINE' });
      expect(chipSubmitted()).toBeUndefined();
    });

    it.each<[string, ChipKey]>([
      ['SHA-1', testChipKey('rsa', { digest: 'sha1' })],
      ['RSA of 1024 bits', testChipKey('rsa', { modulusLength: 1024 })],
    ])('show its files alone where it answers by %s', async (_, weak) => {
      world.chip = answering(weak);
      const applied = world.start().apply(withChip(issueChip(testCountry(), { key: weak })), following);
      expect((await applied).stage).toBe('complete');
      expect(chipSubmitted()!.activeAuthentication).toBeUndefined();
      expect(notes()).toContain(
        'The chip answers by cryptography that is not accepted any more. Its files are shown alone.',
      );
    });

    it('show its files alone where it has no key, or is in no reader', async () => {
      expect((await world.start().apply(withChip(issueChip(testCountry())), following)).stage).toBe('complete');
      expect(chipSubmitted()!.activeAuthentication).toBeUndefined();
      world.remove();
      world = new FakeWorld();
      const evidence = { ...withChip().evidence!, chipReader: undefined };
      expect((await world.start().apply(application({ evidence }), following)).stage).toBe('complete');
      expect(chipSubmitted()).toMatchObject({ sod: Buffer.from(files.sod), activeAuthentication: undefined });
    });
  });

  it('say what is missing before anything is sent or stored', async () => {
    const applications = world.start();
    const refused = (more: Partial<Application>, code: string) =>
      expect(applications.apply(application(more), following)).rejects.toMatchObject({ code });
    await refused({ carrier: 'hikari' }, 'CARRIER_UNKNOWN');
    await refused({ evidence: undefined }, 'EVIDENCE_NEEDED');
    await refused({ evidence: { ...world.evidence, documentFile: '/nowhere.jpg' } }, 'FILE_NOT_FOUND');
    world.euicc.password = undefined;
    await refused({}, 'LOCAL_AUTHENTICATION_NOT_REGISTERED');
    expect(world.store.all()).toEqual([]);
    expect(world.carrier('aozora').contracts.size).toBe(0);
  });

  describe('with a wrong password', () => {
    it('stop before the carrier hears anything, and go on with the right one', async () => {
      const applications = world.start();
      const attempt = applications.apply(application({ password: 'wrong' }), following);
      await expect(attempt).rejects.toMatchObject({ code: 'LOCAL_AUTHENTICATION_FAILED' });
      await expect(attempt).rejects.toThrow('4 tries are left');
      expect([...world.carrier('aozora').contracts.values()]).toMatchObject([{ lastSubmission: '' }]);
      const record = await applications.resume(resumption, following);
      expect(record.stage).toBe('complete');
      expect(record.steps.filter(({ step }) => step === 'S9')).toHaveLength(1);
    });

    it('do not put the certificate out', async () => {
      const applications = world.start();
      await applications.apply(application(), following);
      const second = applications.apply(application({ carrier: 'minato', password: 'wrong' }), following);
      await expect(second).rejects.toMatchObject({ code: 'LOCAL_AUTHENTICATION_FAILED' });
      expect(world.euicc.releases).toEqual([]);
    });

    it('say so when that locked local authentication', async () => {
      world.euicc.failures = 4;
      const attempt = world.start().apply(application({ password: 'wrong' }), following);
      await expect(attempt).rejects.toMatchObject({ code: 'LOCAL_AUTHENTICATION_LOCKED' });
    });

    it('ask for it when they are resumed without', async () => {
      const applications = world.start();
      await applications.apply(application({ password: 'wrong' }), following).catch(() => {});
      const without = applications.resume({ ...resumption, password: undefined }, following);
      await expect(without).rejects.toMatchObject({ code: 'PASSWORD_NEEDED' });
    });
  });

  it('stop while a person decides about the identity, and go on afterwards without new pictures', async () => {
    world.remove();
    world = new FakeWorld({ aozora: { reviewed: true } });
    const applications = world.start();
    await expect(applications.apply(application(), following)).rejects.toMatchObject({ code: 'UNDER_REVIEW' });
    await expect(applications.resume(resumption, following)).rejects.toMatchObject({ code: 'UNDER_REVIEW' });
    expect(world.record).toMatchObject({ stage: 'deciding', state: ContractState.IDENTITY_IN_REVIEW });
    world.carrier('aozora').decideReviews();
    told.length = 0;
    const record = await world.start().resume(resumption, following);
    expect(record.stage).toBe('complete');
    expect(notes().filter((note) => note.startsWith('ID photo'))).toEqual([]);
    expect(record.steps.filter(({ step }) => step === 'S19')).toHaveLength(1);
  });

  describe('with an ID photo that is refused', () => {
    beforeEach(() => {
      world.remove();
      world = new FakeWorld({ aozora: { photosToRefuse: 1 } });
    });

    it('give the reasons, and go on with better pictures only', async () => {
      const applications = world.start();
      const attempt = applications.apply(application(), following);
      await expect(attempt).rejects.toMatchObject({ code: 'ID_PHOTO_REFUSED' });
      await expect(attempt).rejects.toThrow(/No face was found.*FACE_NOT_FOUND.*2 tries/);
      expect(world.record.reasons).toEqual([{ code: 'FACE_NOT_FOUND', sentence: 'No face was found.' }]);
      await expect(applications.resume(resumption, following)).rejects.toMatchObject({ code: 'ID_PHOTO_REFUSED' });
      const record = await applications.resume({ ...resumption, evidence: world.evidence }, following);
      expect(record).toMatchObject({ stage: 'complete', reasons: [] });
    });

    it('remember the better pictures when they are interrupted again', async () => {
      await world
        .start()
        .apply(application(), following)
        .catch(() => {});
      world.interruptions = new Interruptions(['none', 'killed-before']);
      await world
        .start()
        .resume({ ...resumption, evidence: world.evidence }, following)
        .catch(() => {});
      expect((await world.start().resume(resumption, following)).stage).toBe('complete');
    });

    it('end as refused when no try is left', async () => {
      world.remove();
      world = new FakeWorld({ aozora: { photosToRefuse: 99 } });
      const applications = world.start();
      await applications.apply(application(), following).catch(() => {});
      await applications.resume({ ...resumption, evidence: world.evidence }, following).catch(() => {});
      const record = await applications.resume({ ...resumption, evidence: world.evidence }, following);
      expect(record).toMatchObject({ stage: 'ended', reasons: [{ code: 'FACE_NOT_FOUND' }] });
      expect(JSON.stringify(record)).not.toContain('Aoki');
      await expect(applications.resume(resumption, following)).rejects.toMatchObject({ code: 'NO_OPEN_CONTRACT' });
    });
  });

  it('with a picture of a document that can not be used say why, and go on with another', async () => {
    world.remove();
    world = new FakeWorld({ aozora: { documentsToRefuse: 1 } });
    const applications = world.start();
    const attempt = applications.apply(application(), following);
    await expect(attempt).rejects.toMatchObject({ code: 'ANOTHER_PICTURE_NEEDED' });
    await expect(attempt).rejects.toThrow('No portrait was found on the document. (DOCUMENT_NO_FACE)');
    expect(world.record).toMatchObject({ stage: 'informing', reasons: [{ code: 'DOCUMENT_NO_FACE' }] });
    const record = await applications.resume({ ...resumption, evidence: world.evidence }, following);
    expect(record).toMatchObject({ stage: 'complete', reasons: [] });
  });

  it('with a document that is refused for what it says do not ask for another picture of it', async () => {
    world.remove();
    const documentReason = { code: 'DOCUMENT_EXPIRED', sentence: 'The document has expired.' };
    world = new FakeWorld({ aozora: { documentsToRefuse: 1, documentReason } });
    const applications = world.start();
    const attempt = applications.apply(application(), following);
    await expect(attempt).rejects.toMatchObject({ code: 'DOCUMENTS_REFUSED' });
    await expect(attempt).rejects.toThrow('The document has expired. (DOCUMENT_EXPIRED)');
    const record = await applications.resume({ ...resumption, evidence: world.evidence }, following);
    expect(record.stage).toBe('complete');
  });

  it('that need more than the certificate say so, and go on when documents are given', async () => {
    world.remove();
    world = new FakeWorld({ aozora: {}, minato: { certificateEnough: false } });
    const applications = world.start();
    await applications.apply(application(), following);
    const second = applications.apply(application({ carrier: 'minato', evidence: undefined }), following);
    await expect(second).rejects.toMatchObject({ code: 'EVIDENCE_NEEDED' });
    await expect(second).rejects.toThrow('The verification is too long ago.');
    const record = await applications.resume({ ...resumption, evidence: world.evidence }, following);
    expect(record).toMatchObject({ stage: 'complete', identityVerification: true });
  });

  it('whose pictures are gone name the file, and go on when it is there again', async () => {
    const applications = world.start();
    await applications.apply(application({ password: 'wrong' }), following).catch(() => {});
    const { documentFile } = world.evidence;
    rmSync(documentFile);
    await expect(applications.resume(resumption, following)).rejects.toThrow(documentFile);
    writeFileSync(documentFile, Uint8Array.of(0xff, 0xd8, 0xff, 0));
    expect((await applications.resume(resumption, following)).stage).toBe('complete');
  });

  it('disclose what the carrier requires, and say so', async () => {
    world = new FakeWorld({ aozora: {}, minato: { requiredAttributes: ['family_name', 'birth_date'] } });
    const applications = world.start();
    await applications.apply(application(), following);
    await applications.apply(application({ carrier: 'minato' }), following);
    expect(notes()).toContain('The carrier requires family_name, birth_date of the identity certificate.');
    expect(notes().at(-1)).toBe('The identity certificate has no family_name to disclose.');
    expect(world.carrier('minato').disclosed).toEqual([['birth_date']]);
  });

  it('disclose what the user chose, and say what the certificate does not have', async () => {
    const applications = world.start();
    await applications.apply(application(), following);
    await applications.apply(application({ carrier: 'minato', disclose: ['birth_date', 'address'] }), following);
    expect(notes().at(-1)).toBe('The identity certificate has no address to disclose.');
  });

  it('work while the carrier can not be told yet, and complete later', async () => {
    const undisturbed = new FakeWorld();
    await undisturbed.start().apply({ ...application(), evidence: undisturbed.evidence }, following);
    const untilEnabled = undisturbed.interruptions.passed - 4;
    undisturbed.remove();
    world.interruptions = new Interruptions([
      ...Array<'none'>(untilEnabled).fill('none'),
      ...Array<'unreachable'>(9).fill('unreachable'),
    ]);
    const record = await world.start().apply(application(), following);
    expect(record.stage).toBe('reporting');
    expect(notes().at(-1)).toContain('the profile works');
    world.interruptions = new Interruptions();
    expect((await world.start().resume(resumption, following)).stage).toBe('complete');
  });

  it.each(['informing', 'deciding', 'acquiring', 'installing'])(
    'end when the contract has lapsed while they were %s',
    async (stage) => {
      const applications = await stoppedIn(stage);
      world.carrier('aozora').lapse();
      const record = await applications.resume(resumption, following);
      expect(record).toMatchObject({ stage: 'ended', state: ContractState.EXPIRED });
    },
  );

  it.each(['opening', 'informing', 'deciding', 'acquiring', 'installing'])(
    'are given up while they are %s, once and for all',
    async (stage) => {
      const applications = await stoppedIn(stage);
      // The carrier ends it, and the answer is lost.
      const calls = stage === 'opening' ? (['none', 'answer-lost'] as const) : (['answer-lost'] as const);
      world.interruptions = new Interruptions(calls);
      await expect(world.start().cancel('', following.signal)).rejects.toMatchObject({ status: 'UNAVAILABLE' });
      expect(world.record.stage).toBe(stage);
      const given = { stage: 'ended', state: ContractState.CANCELLED, reasons: [] };
      const { contractId } = (await applications.cancel('', following.signal)) as { contractId: string };
      expect(world.record).toMatchObject({ ...given, contractId });
      expect([...world.carrier('aozora').contracts.values()].map(({ id, state }) => [id, state])).toEqual([
        [contractId, ContractState.CANCELLED],
      ]);
      expect(await applications.cancel(contractId, following.signal)).toMatchObject(given);
      await expect(applications.cancel('', following.signal)).rejects.toMatchObject({ code: 'NO_OPEN_CONTRACT' });
    },
  );

  it('are given up under a run that goes on with them, which ends then; and no more once the profile is installed', async () => {
    const applications = world.start();
    const tell = async (progress: Progress) => {
      if (progress.kind === 'step' && progress.step.step === 'S12')
        cancelling = applications.cancel('', following.signal);
    };
    let cancelling: Promise<unknown> | undefined;
    const run = await applications.apply(application(), { ...following, tell: (progress) => void tell(progress) });
    expect(await cancelling).toMatchObject({ stage: 'ended', state: ContractState.CANCELLED });
    expect([run, world.record]).toMatchObject(Array(2).fill({ stage: 'ended', state: ContractState.CANCELLED }));
    const { contractId } = (await applications.apply(application({ carrier: 'minato' }), following)) as {
      contractId: string;
    };
    await expect(applications.cancel(contractId, following.signal)).rejects.toMatchObject({
      code: 'CONTRACT_STATE_UNSUITABLE',
    });
  });

  it('take the steps of the registration into the first contract after it, and only there', async () => {
    const startTime = new Date('2027-01-01');
    world.registrationSteps.keep(['S1', 'S2', 'S3', 'S4'].map((step) => ({ step, startTime, durationUs: 1 })));
    const kept = world.registrationSteps.waiting();
    const applications = world.start();
    const first = await applications.apply(application(), following);
    expect(first.steps.slice(0, 4).map(({ step }) => step)).toEqual(['S1', 'S2', 'S3', 'S4']);
    // A terminal that was killed after the record was stored and before the steps were forgotten:
    world.registrationSteps.keep(kept);
    world.euicc.certificate = undefined;
    const second = await applications.apply(application({ carrier: 'minato' }), following);
    expect(second.steps.map(({ step }) => step)).not.toContain('S1');
  });

  it('are gone on with by one program at a time', async () => {
    const applications = world.start();
    await applications.apply(application({ password: 'wrong' }), following).catch(() => {});
    const running = applications.resume(resumption, following);
    await expect(applications.resume(resumption, following)).rejects.toMatchObject({ code: 'CONTRACT_BUSY' });
    expect((await running).stage).toBe('complete');
  });

  it('stop before the next step when nobody waits for them any more', async () => {
    const stop = new AbortController();
    const tell = (progress: Progress) => {
      if (progress.kind === 'step' && progress.step.step === 'S12') stop.abort(new Error('stopped'));
    };
    const applications = world.start();
    await expect(applications.apply(application(), { tell, signal: stop.signal })).rejects.toThrow('stopped');
    expect(world.record.stage).toBe('deciding');
    expect((await applications.resume(resumption, following)).stage).toBe('complete');
  });

  it('note that another application to the same carrier is open', async () => {
    const applications = world.start();
    await applications.apply(application({ password: 'wrong' }), following).catch(() => {});
    await applications.apply(application(), following);
    expect(notes()[0]).toContain('Another application to aozora is open');
  });

  it.each([
    ['FRAMES_TOO_DARK', false],
    ['FRAMES_TOO_SMALL', false],
    // the same camera would give no larger ones
    ['FRAMES_TOO_SMALL', true],
  ] as const)('end with %s before any frame is sent (a person before the camera: %s)', async (fault, isAttended) => {
    Object.assign(world, { frameFault: fault, isAttended });
    await expect(world.start().apply(application(), following)).rejects.toMatchObject({
      code: fault,
      message: expect.stringContaining(`(${fault}) Nothing of this prompt was sent.`),
    });
    const [contract] = world.carrier('aozora').contracts.values();
    expect(contract?.proofRequest?.prompt?.promptNumber).toBe(0);
  });

  it.each([
    ['straight', 0],
    ['left', 1],
  ])('end before frames without a face are sent (%s)', async (folder, promptNumber) => {
    world.inspector = startFrameInspector;
    const { width, height, rgb } = drawFace(480);
    const face = await sharp(rgb, { raw: { width, height, channels: 3 } })
      .jpeg()
      .toBuffer();
    for (const name of ['straight', 'left', 'up']) {
      const frame = name === folder ? await facelessFrame() : face;
      for (const k of [0, 1, 2]) writeFileSync(join(world.folder, name, `${k}.jpg`), frame);
    }
    await expect(world.start().apply(application(), following)).rejects.toMatchObject({
      code: 'FRAMES_WITHOUT_FACE',
      message: expect.stringContaining('(FRAMES_WITHOUT_FACE) Nothing of this prompt was sent.'),
    });
    const [contract] = world.carrier('aozora').contracts.values();
    expect(contract?.proofRequest?.prompt?.promptNumber).toBe(promptNumber);
    expect(notes().filter((note) => note.startsWith('Faces are not looked for'))).toEqual([]);
  });

  it.each([
    ['picture', 479, ['This camera gives 479 pixels each way.']],
    ['picture', 480, []],
    ['chip', 479, []],
  ] as const)(
    'note a camera too small for the document of a %s (%d pixels) before the contract is applied for',
    async (kind, side, expected) => {
      mkdirSync(join(world.folder, 'document-colours'));
      const jpeg = await sharp({ create: { width: 640, height: side, channels: 3, background: '#777777' } })
        .jpeg()
        .toBuffer();
      for (const colour of ['red', 'green', 'blue', 'cyan', 'magenta', 'yellow']) {
        writeFileSync(join(world.folder, 'document-colours', `${colour}.jpg`), jpeg);
      }
      const chipDirectory = join(world.folder, 'chip');
      writeChip({ files: issueChip(testCountry()), access: 'PACE', chipAuthentication: false }, chipDirectory);
      const evidence = { ...world.evidence, ...(kind === 'chip' && { documentFile: '', chipDirectory }) };
      const notedAt: number[] = [];
      const tell = (progress: Progress) => {
        told.push(progress);
        if (progress.kind === 'note') notedAt.push(world.carrier('aozora').contracts.size);
      };
      await world.start().apply(application({ evidence }), { ...following, tell });
      const noted = notes().filter((note) => note.startsWith('This camera'));
      expect(noted.map((note) => note.slice(0, note.indexOf('.') + 1))).toEqual(expected);
      if (noted.length > 0) expect(notedAt[0]).toBe(0);
    },
  );

  it('refuse frames that are missing before the contract is applied for', async () => {
    rmSync(join(world.folder, 'up'), { recursive: true });
    mkdirSync(join(world.folder, 'up'));
    const attempt = world.start().apply(application(), following);
    await expect(attempt).rejects.toMatchObject({ code: 'FRAMES_MISSING' });
    expect(world.carrier('aozora').contracts.size).toBe(0);
  });
});
