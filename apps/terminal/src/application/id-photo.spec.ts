import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ContractState } from '@tegata/contracts/management-v1';
import { issueChip, testCountry } from '@tegata/emrtd/testing';
import { drawFace } from '@tegata/face-mesh';
import sharp from 'sharp';
import { startFrameInspector } from '../capture/frame-inspector.ts';
import { facelessFrame } from '../capture/testing/faceless-frame.ts';
import { writeChip } from '../evidence/chip-reader.ts';
import type { Progress } from './run.ts';
import { FakeWorld, resumption } from './testing/fake-world.ts';
import { Interruptions } from './testing/interruptions.ts';

describe('applications that are asked for an ID photo', () => {
  let world: FakeWorld;

  beforeEach(() => {
    world = new FakeWorld({ aozora: {}, minato: {} });
  });
  afterEach(() => world.remove());

  it('refuse frames that are missing before the contract is applied for', async () => {
    rmSync(join(world.folder, 'up'), { recursive: true });
    mkdirSync(join(world.folder, 'up'));
    const attempt = world.start().apply(world.application(), world.following);
    await expect(attempt).rejects.toMatchObject({ code: 'FRAMES_MISSING' });
    expect(world.carrier('aozora').contracts.size).toBe(0);
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
        world.following.tell(progress);
        if (progress.kind === 'note') notedAt.push(world.carrier('aozora').contracts.size);
      };
      await world.start().apply(world.application({ evidence }), { ...world.following, tell });
      const noted = world.notes().filter((note) => note.startsWith('This camera'));
      expect(noted.map((note) => note.slice(0, note.indexOf('.') + 1))).toEqual(expected);
      if (noted.length > 0) expect(notedAt[0]).toBe(0);
    },
  );

  it.each([
    ['FRAMES_TOO_DARK', false],
    ['FRAMES_TOO_SMALL', false],
    // the same camera would give no larger ones
    ['FRAMES_TOO_SMALL', true],
  ] as const)('end with %s before any frame is sent (a person before the camera: %s)', async (fault, isAttended) => {
    Object.assign(world, { frameFault: fault, isAttended });
    await expect(world.start().apply(world.application(), world.following)).rejects.toMatchObject({
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
    await expect(world.start().apply(world.application(), world.following)).rejects.toMatchObject({
      code: 'FRAMES_WITHOUT_FACE',
      message: expect.stringContaining('(FRAMES_WITHOUT_FACE) Nothing of this prompt was sent.'),
    });
    const [contract] = world.carrier('aozora').contracts.values();
    expect(contract?.proofRequest?.prompt?.promptNumber).toBe(promptNumber);
    expect(world.notes().filter((note) => note.startsWith('Faces are not looked for'))).toEqual([]);
  });

  describe('with an ID photo that is refused', () => {
    beforeEach(() => {
      world.remove();
      world = new FakeWorld({ aozora: { photosToRefuse: 1 } });
    });

    it('give the reasons, and go on with better pictures only', async () => {
      const applications = world.start();
      const attempt = applications.apply(world.application(), world.following);
      await expect(attempt).rejects.toMatchObject({ code: 'ID_PHOTO_REFUSED' });
      await expect(attempt).rejects.toThrow(/No face was found.*FACE_NOT_FOUND.*2 tries/);
      expect(world.record.reasons).toEqual([{ code: 'FACE_NOT_FOUND', sentence: 'No face was found.' }]);
      await expect(applications.resume(resumption, world.following)).rejects.toMatchObject({
        code: 'ID_PHOTO_REFUSED',
      });
      const record = await applications.resume({ ...resumption, evidence: world.evidence }, world.following);
      expect(record).toMatchObject({ stage: 'complete', reasons: [] });
    });

    it('remember the better pictures when they are interrupted again', async () => {
      await world
        .start()
        .apply(world.application(), world.following)
        .catch(() => {});
      world.interruptions = new Interruptions(['none', 'killed-before']);
      await world
        .start()
        .resume({ ...resumption, evidence: world.evidence }, world.following)
        .catch(() => {});
      expect((await world.start().resume(resumption, world.following)).stage).toBe('complete');
    });

    it('end as refused when no try is left', async () => {
      world.remove();
      world = new FakeWorld({ aozora: { photosToRefuse: 99 } });
      const applications = world.start();
      await applications.apply(world.application(), world.following).catch(() => {});
      await applications.resume({ ...resumption, evidence: world.evidence }, world.following).catch(() => {});
      const record = await applications.resume({ ...resumption, evidence: world.evidence }, world.following);
      expect(record).toMatchObject({ stage: 'ended', reasons: [{ code: 'FACE_NOT_FOUND' }] });
      expect(JSON.stringify(record)).not.toContain('Aoki');
      await expect(applications.resume(resumption, world.following)).rejects.toMatchObject({
        code: 'NO_OPEN_CONTRACT',
      });
    });
  });

  it('stop while a person decides about the identity, and go on afterwards without new pictures', async () => {
    world.remove();
    world = new FakeWorld({ aozora: { reviewed: true } });
    const applications = world.start();
    await expect(applications.apply(world.application(), world.following)).rejects.toMatchObject({
      code: 'UNDER_REVIEW',
    });
    await expect(applications.resume(resumption, world.following)).rejects.toMatchObject({ code: 'UNDER_REVIEW' });
    expect(world.record).toMatchObject({ stage: 'deciding', state: ContractState.IDENTITY_IN_REVIEW });
    world.carrier('aozora').decideReviews();
    world.told.length = 0;
    const record = await world.start().resume(resumption, world.following);
    expect(record.stage).toBe('complete');
    expect(world.notes().filter((note) => note.startsWith('ID photo'))).toEqual([]);
    expect(record.steps.filter(({ step }) => step === 'S19')).toHaveLength(1);
  });

  it.each([
    [50, /not there in time/],
    [-50, /had lapsed before it could be shown: is the clock/],
  ])('end when the prompt lapses before the camera, which gives nothing, in %d ms', async (ms, why) => {
    world.remove();
    world = new FakeWorld({ aozora: { promptExpireTime: () => new Date(world.timeMs + ms) } });
    const closed: unknown[] = [];
    world.camera = {
      open: async () => ({
        answer: (_, signal) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        close: async (end) => void closed.push(end),
      }),
    };
    const attempt = world.start().apply(world.application(), world.following);
    await expect(attempt).rejects.toMatchObject({ code: 'CAPTURE_TOO_LATE', message: expect.stringMatching(why) });
    expect(closed).toEqual([{ kind: 'failed', message: expect.stringMatching(why) }]);
    expect(world.record.stage).toBe('deciding');
  });
});
