import sharp from 'sharp';
import { type CapturedFrame, EkycEngine, type LocatedFace, type ReasonCode, type VerificationInput } from './index.ts';
import { covered } from './testing/covered-face.ts';
import { describeWithFaces, motions, session } from './testing/face-vectors.ts';

// What an ID photo can be other than a person who does what is asked, by the names that docs/testing.md lists. What is told from
// figures alone, without a picture, is in capture-checks.spec.ts and judgement.spec.ts.

let engine: EkycEngine;
beforeAll(async () => {
  engine = await EkycEngine.start({ queueLimit: 50, decisionDeadlineMs: 300_000 });
}, 600_000);
afterAll(() => engine.close());

const still = (width = 480, height = 480) =>
  sharp({ create: { width, height, channels: 3, background: '#567' } })
    .jpeg()
    .toBuffer();

/** Two pictures one after the other, as an animated WebP. */
const animation = async () =>
  sharp(
    await Promise.all([
      still(),
      sharp(await still())
        .negate()
        .toBuffer(),
    ]),
    { join: { animated: true } },
  )
    .webp()
    .toBuffer();

describeWithFaces('an ID photo', () => {
  const { prompts, frames } = motions(session('s00-genuine'), 1);
  const document = session('s00-genuine').portrait;

  const judged = async (shown: readonly CapturedFrame[]) => {
    const input: VerificationInput = { document, documentKind: 'portrait', challenge: { prompts }, frames: shown };
    const { outcome, reasons } = await engine.verifyIdentity(input);
    return { outcome, codes: reasons.map(({ code }) => code) };
  };
  /** Finds the faces of each frame once, whatever is drawn before them. */
  const found = new Map<Uint8Array, Promise<LocatedFace[]>>();
  const finder = {
    locateFaces: (octets: Uint8Array) => {
      const faces = found.get(octets) ?? engine.locateFaces(octets);
      found.set(octets, faces);
      return faces;
    },
  };
  /** The session with every frame made another. */
  const changed = (change: (octets: Uint8Array) => Promise<Uint8Array>) =>
    Promise.all(frames.map(async (frame) => ({ ...frame, octets: await change(frame.octets) })));

  it('of the person, as it was taken, is accepted', async () =>
    expect(await judged(frames)).toEqual({ outcome: 'accepted', codes: [] }));

  it('of a face with clear glasses is accepted', async () => {
    const behind = await changed((octets) => covered(finder, octets, 'clear glasses'));
    expect(await judged(behind)).toEqual({ outcome: 'accepted', codes: [] });
  });

  it.each<[string, (octets: Uint8Array) => Promise<Uint8Array>, ReasonCode]>([
    ['no face', () => still(), 'FACE_NOT_FOUND'],
    ['a face under a mask', (octets) => covered(finder, octets, 'a mask'), 'FACE_NOT_MATCHING'],
    ...(['black glasses', 'mirroring glasses', 'brown glasses', 'a hand before an eye'] as const).map(
      (cover): [string, (octets: Uint8Array) => Promise<Uint8Array>, ReasonCode] => [
        `a face with ${cover}`,
        (octets) => covered(finder, octets, cover),
        'EYES_COVERED',
      ],
    ),
    ['blurred pictures', (octets) => sharp(octets).blur(9).jpeg().toBuffer(), 'FACE_NOT_FOUND'],
    [
      'pictures in which the person is somebody else because they are blurred',
      (octets) => sharp(octets).blur(6).jpeg().toBuffer(),
      'FRAMES_BLURRED',
    ],
    ['dark pictures', (octets) => sharp(octets).linear(0.06, 0).jpeg().toBuffer(), 'FRAMES_TOO_DARK'],
    ['overexposed pictures', (octets) => sharp(octets).linear(4, 0).jpeg().toBuffer(), 'FRAMES_TOO_BRIGHT'],
  ])('of %s ends in a reason', async (_, change, code) => {
    const { outcome, codes } = await judged(await changed(change));
    expect(outcome).not.toBe('accepted');
    expect(codes).toContain(code);
  });

  it('from the side ends in a reason', async () => {
    const aside = frames.filter(({ promptIndex }) => promptIndex === 0);
    const farthest = aside[Math.floor(aside.length / 2)]!.octets;
    const shown = frames.map((frame) => (frame.promptIndex < 0 ? { ...frame, octets: farthest } : frame));
    expect((await judged(shown)).codes).toContain('NOT_LOOKING_STRAIGHT');
  });

  it.each<[string, () => Promise<Uint8Array>, ReasonCode]>([
    ['that is animated', animation, 'FRAME_FORMAT_NOT_ACCEPTED'],
    ['of another kind of file', async () => Buffer.from('%PDF-1.7\n'), 'FRAME_FORMAT_NOT_ACCEPTED'],
    ['that is corrupt', async () => (await still()).subarray(0, 300), 'FRAME_UNREADABLE'],
    ['that is huge', () => still(2400, 2400), 'FRAME_TOO_LARGE'],
    ['that is tiny', () => still(32, 32), 'FRAME_TOO_SMALL'],
  ])('with a frame %s ends in a reason', async (_, octets, code) => {
    const [first, ...rest] = frames;
    const bad = await octets();
    expect(await judged([{ ...first!, octets: bad }, ...rest])).toEqual({ outcome: 'refused', codes: [code] });
  });

  it.each<[string, number, ReasonCode]>([
    ['one frame', 1, 'FRAMES_TOO_FEW'],
    ['ten thousand frames', 10_000, 'FRAMES_TOO_MANY'],
  ])('of %s ends in a reason', async (_, count, code) => {
    const shown = Array.from({ length: count }, (_frame, k) => ({
      octets: Buffer.of(0xff, 0xd8, 0xff),
      promptIndex: k < 5 ? -1 : 0,
      capturedAtMs: k,
    }));
    expect(await judged(shown)).toEqual({ outcome: 'refused', codes: [code] });
  });

  it('of another session, played again, ends in a reason', async () => {
    // recorded: right
    const challenge = { prompts: ['left'] } as const;
    const { outcome, reasons } = await engine.verifyIdentity({ document, documentKind: 'portrait', challenge, frames });
    const codes = reasons.map(({ code }) => code);
    expect([outcome, codes]).toEqual(['refused', ['PROMPT_NOT_PERFORMED', 'PROMPT_WRONG_DIRECTION']]);
  });
});
