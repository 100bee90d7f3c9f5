import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodedFrames } from '@tegata/encoded-picture/testing';
import { drawFace } from '@tegata/face-mesh';
import sharp from 'sharp';
import type { Ask } from './camera.ts';
import { FaceFinder } from './face-finder.ts';
import { startFrameInspector } from './frame-inspector.ts';
import { facelessFrame } from './testing/faceless-frame.ts';

const straight: Ask = { kind: 'straight' };
const turn: Ask = { kind: 'motion', motion: 'left' };
const lit = (subject: 'face' | 'document'): Ask => ({ kind: 'colours', subject, colours: ['red'] });
const taken = (...jpegs: Uint8Array[]) => jpegs.map((jpeg, k) => ({ jpeg, takenAtMs: 200 * k, colourNumber: 0 }));
/** Longer than any look takes, on whatever machine. */
const longEnough = 200_000;

describe('the frames of a prompt', () => {
  let face: Uint8Array;
  let faceless: Uint8Array;
  let finder: FaceFinder;
  let looked: number;
  const notes: string[] = [];
  const inspector = () =>
    startFrameInspector(
      (note) => notes.push(note),
      () => ({
        hasFace: (jpeg) => {
          looked++;
          return finder.hasFace(jpeg);
        },
        close: async () => undefined,
      }),
    );

  beforeAll(async () => {
    const { width, height, rgb } = drawFace(480);
    face = await sharp(rgb, { raw: { width, height, channels: 3 } })
      .jpeg()
      .toBuffer();
    faceless = await facelessFrame();
    finder = new FaceFinder((why) => notes.push(why));
  });
  afterAll(() => finder.close());
  beforeEach(() => {
    looked = 0;
    notes.length = 0;
  });
  afterEach(() => expect(notes).toEqual([]));

  it.each<[string, Ask, string, string | undefined]>([
    ['look straight with a face in each', straight, 'FFFF', undefined],
    ['look straight, one without a face', straight, 'FFF-', 'FRAMES_WITHOUT_FACE'],
    ['of a motion with a face in one', turn, '---F', undefined],
    ['of a motion without any face', turn, '----', 'FRAMES_WITHOUT_FACE'],
    ['of a lit face with a face in one', lit('face'), '-F', undefined],
    ['of a lit face without any', lit('face'), '--', 'FRAMES_WITHOUT_FACE'],
  ])('are told by their faces: %s', async (_, ask, shown, fault) => {
    const frames = taken(...[...shown].map((one) => (one === 'F' ? face : faceless)));
    expect(await inspector().inspect(frames, ask, longEnough)).toBe(fault);
    expect(looked).toBeGreaterThan(0);
  });

  it('are not searched for faces where the document is held before the camera', async () => {
    expect(await inspector().inspect(taken(faceless, faceless), lit('document'), longEnough)).toBeUndefined();
    expect(looked).toBe(0);
  });

  it('are told to be dark, without being searched, where they are', async () => {
    const dark = await sharp(faceless).linear(0.1).jpeg().toBuffer();
    expect(await inspector().inspect(taken(dark, dark), straight, longEnough)).toBe('FRAMES_TOO_DARK');
    expect(looked).toBe(0);
  });

  it('are decoded as the authentication server decodes them, whatever the form of their files', async () => {
    const forms = Object.entries(await encodedFrames(drawFace(480)));
    const seen = [];
    for (const [form, { octets }] of forms) seen.push([form, await finder.hasFace(octets)]);
    expect(seen).toEqual(forms.map(([form, { refusal }]) => [form, refusal === undefined ? true : undefined]));
  });

  it('are left to the server where one is no picture', async () => {
    expect(await finder.hasFace(Uint8Array.of(1, 2, 3))).toBeUndefined();
    expect(await inspector().inspect(taken(Uint8Array.of(1, 2, 3), face), straight, longEnough)).toBeUndefined();
    expect(await finder.hasFace(face)).toBe(true);
  });
});

describe('a detector of faces', () => {
  let folder: string;
  let frames: ReturnType<typeof taken>;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tegata-face-worker-'));
    frames = taken(await facelessFrame());
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['cannot be loaded', "throw new Error('models are missing\\nRequire stack: ...');", 'models are missing'],
    [
      'runs out of memory',
      "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { throw new RangeError('Array buffer allocation failed'); });",
      'Array buffer allocation failed',
    ],
  ])('that %s keeps nobody from sending, and is told once', async (_, program, why) => {
    const file = join(folder, 'worker.mjs');
    writeFileSync(file, program);
    const notes: string[] = [];
    const inspector = startFrameInspector(
      (note) => notes.push(note),
      (tellLost) => new FaceFinder(tellLost, file),
    );
    for (const ask of [straight, turn]) expect(await inspector.inspect(frames, ask, longEnough)).toBeUndefined();
    await inspector.close();
    expect(notes).toEqual([`Faces are not looked for before frames are sent: ${why}`]);
  });

  it('that takes too long is not waited for', async () => {
    const never = { hasFace: () => new Promise<undefined>(() => {}), close: async () => undefined };
    const inspector = startFrameInspector(
      () => undefined,
      () => never,
    );
    expect(await inspector.inspect(frames, straight, 20)).toBeUndefined();
  });
});
