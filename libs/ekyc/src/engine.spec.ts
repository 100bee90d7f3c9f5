import sharp, { type Sharp } from 'sharp';
import { descriptorDistance, EkycEngine, EkycError, meanDescriptor, type Verdict } from './index.ts';
import { DOCUMENTS, describeWithFaces, documentImage, motions, SESSIONS, session } from './testing/face-vectors.ts';

let engine: EkycEngine;
beforeAll(async () => {
  engine = await EkycEngine.start({ queueLimit: 50, decisionDeadlineMs: 300_000 });
}, 120_000);
afterAll(() => engine.close());

const codes = ({ reasons }: Pick<Verdict, 'reasons'>) => reasons.map(({ code }) => code);

describe('the engine without a face', () => {
  it.each<[string, () => Promise<Uint8Array>, string]>([
    ['an empty page', () => page().jpeg().toBuffer(), 'DOCUMENT_NO_FACE'],
    ['an SVG', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'DOCUMENT_FORMAT_NOT_ACCEPTED'],
    ['a truncated JPEG', async () => (await page().jpeg().toBuffer()).subarray(0, 900), 'DOCUMENT_UNREADABLE'],
    ['a picture of too many octets', async () => new Uint8Array(6 * 1024 * 1024), 'DOCUMENT_TOO_LARGE'],
    ['a stamp', () => page(200).png().toBuffer(), 'DOCUMENT_TOO_SMALL'],
    [
      'an animation',
      async () =>
        sharp([await page().png().toBuffer(), await page().negate().png().toBuffer()], { join: { animated: true } })
          .webp()
          .toBuffer(),
      'DOCUMENT_FORMAT_NOT_ACCEPTED',
    ],
  ])('does not take %s for a document', async (_, image, code) => {
    const verdict = await engine.checkDocument(await image());
    expect([verdict.outcome, codes(verdict)]).toEqual(['refused', [code]]);
  });

  it('refuses frames that are no capture before it looks at any picture', async () => {
    const verdict = await engine.verifyIdentity({
      document: new Uint8Array(),
      challenge: { prompts: ['left'] },
      frames: [],
    });
    expect([verdict.outcome, codes(verdict)]).toEqual(['refused', ['FRAMES_TOO_FEW']]);
    expect(verdict.scores.framesAnalysed).toBe(0);
  });

  it('does not judge a challenge that asks for nothing', async () => {
    const asked = engine.verifyIdentity({ document: new Uint8Array(), challenge: { prompts: [] }, frames: [] });
    await expect(asked).rejects.toThrow(EkycError);
    await expect(asked).rejects.toMatchObject({ code: 'EKYC_INPUT_INVALID' });
  });

  it('does not ask a chip for the light of a document', async () => {
    const challenge = { prompts: ['left'], documentColours: ['red'] } as const;
    const asked = engine.verifyIdentity({
      ...{ document: new Uint8Array(), documentKind: 'portrait', challenge, frames: [] },
    });
    await expect(asked).rejects.toMatchObject({ code: 'EKYC_INPUT_INVALID' });
  });
});

describeWithFaces('the engine over the development faces', () => {
  const expected: Readonly<Record<string, readonly string[]>> = {
    genuine: [],
    frozen: ['PROMPT_NOT_PERFORMED', 'PICTURE_FROZEN'],
    stillWarped: ['PROMPT_NOT_PERFORMED'],
    splice: ['PERSON_CHANGED'],
    impostor: ['FACE_NOT_MATCHING'],
  };

  it('has the set to judge', () => expect(SESSIONS.length).toBeGreaterThan(0));

  it.each(SESSIONS)(
    'judges $name ($kind) as $expect, for the right reason',
    async ({ kind, expect: truth, ...recorded }) => {
      const verdict = await engine.verifyIdentity({
        document: recorded.portrait,
        documentKind: 'portrait',
        challenge: { prompts: recorded.prompts },
        frames: recorded.frames,
      });
      expect(verdict.outcome).toBe(truth === 'accept' ? 'accepted' : 'refused');
      expect(codes(verdict)).toEqual(expected[kind]);
      expect(verdict.scores.framesAnalysed).toBe(19);
    },
  );

  it('knows a person again by what is kept of the portrait, also with other models, and nobody else', async () => {
    const { portrait } = session('s00-genuine');
    const { prompts, frames } = motions(session('s00-genuine'), 1);
    const reference = await engine.makeReference(portrait, { documentKind: 'portrait' });
    expect(reference.descriptor).toHaveLength(128);
    const kept = { document: reference.portrait, documentKind: 'portrait', challenge: { prompts } } as const;
    const [same, remade] = await Promise.all([
      engine.verifyIdentity({ ...kept, reference, frames }),
      engine.verifyIdentity({ ...kept, reference: { ...reference, models: 'of before' }, frames }),
    ]);
    const first = await engine.verifyIdentity({ ...kept, document: portrait, frames });
    expect([same.outcome, remade.outcome]).toEqual(['accepted', 'accepted']);
    const [distance, again, anew] = [first, same, remade].map(({ scores }) => scores.matchDistance ?? Number.NaN);
    expect(again).toBeCloseTo(distance!, 6);
    // Made anew from the portrait, it is another descriptor, and nearly the same distance.
    expect(anew).not.toBe(distance);
    expect(Math.abs(anew! - distance!)).toBeLessThan(0.05);

    const other = session('s05-impostor');
    const stolen = await engine.verifyIdentity({
      ...kept,
      reference,
      challenge: { prompts: other.prompts },
      frames: other.frames,
    });
    expect([stolen.outcome, codes(stolen)]).toEqual(['refused', ['FACE_NOT_MATCHING']]);
  });

  // the claimed people of two sessions are on the documents with portraits
  const faces: Readonly<Record<string, string>> = { '036': 's03-stillWarped', '173': 's02-frozen' };
  const portraits = DOCUMENTS.filter(({ identity }) => identity !== undefined);
  /** What is kept of a document, and how the person of a session looks straight: each found out once. */
  const kept = once((file: string) => engine.makeReference(documentImage(file)));
  const looksLike = once(async (name: string) => {
    const straight = session(name).frames.filter(({ promptIndex }) => promptIndex < 0);
    const seen = await Promise.all(straight.map(({ octets }) => engine.describeFace(octets, 'frame')));
    return meanDescriptor(seen.filter((one) => one !== undefined));
  });

  it.each(portraits)('keeps the portrait of $file, cut out of its page, of pixels alone', async ({ file }) => {
    const { portrait } = await kept(file);
    const { width, height, format, exif, icc, xmp, comments } = await sharp(portrait).metadata();
    const pixelsAlone = [400, 400, 'jpeg', ...Array(4).fill(undefined)];
    expect([width, height, format, exif, icc, xmp, comments]).toEqual(pixelsAlone);
    const again = await engine.checkDocument(portrait, { documentKind: 'portrait' });
    expect(again.outcome).toBe('accepted');
  });

  it('keeps nothing of a page without a portrait', async () => {
    const none = engine.makeReference(await page().jpeg().toBuffer());
    await expect(none).rejects.toMatchObject({ code: 'EKYC_INPUT_INVALID' });
  });

  it('refuses a capture in which one motion was left out', async () => {
    const { portrait } = session('s01-genuine');
    const { prompts, frames } = motions(session('s01-genuine'), 2);
    const straight = frames.filter(({ promptIndex }) => promptIndex < 0);
    const idle = frames.map((frame, k) =>
      frame.promptIndex === 1 ? { ...frame, octets: straight[k % straight.length]!.octets } : frame,
    );
    const verdict = await engine.verifyIdentity({
      document: portrait,
      documentKind: 'portrait',
      challenge: { prompts },
      frames: idle,
    });
    expect(codes(verdict)).toEqual(['PROMPT_NOT_PERFORMED']);
    expect(verdict.checks.filter(({ held }) => !held)).toMatchObject([{ name: 'motion.degrees', promptIndex: 1 }]);
  });

  it('refuses a capture in which somebody else is beside, in one frame', async () => {
    const { portrait } = session('s00-genuine');
    const { prompts, frames } = motions(session('s00-genuine'), 1);
    const at = frames.findIndex(({ promptIndex }) => promptIndex === 0);
    const octets = await besideEachOther(frames[at]!.octets, session('s01-genuine').portrait);
    const withSomebody = frames.map((frame, k) => (k === at ? { ...frame, octets } : frame));
    const verdict = await engine.verifyIdentity({
      document: portrait,
      documentKind: 'portrait',
      challenge: { prompts },
      frames: withSomebody,
    });
    expect(codes(verdict)).toContain('SEVERAL_FACES');
  });

  it('refuses a damaged frame', async () => {
    const { prompts, frames } = motions(session('s00-genuine'), 1);
    const damaged = frames.map((frame, k) => (k === 0 ? { ...frame, octets: frame.octets.subarray(0, 2000) } : frame));
    const document = documentImage('td3-0.jpg');
    const verdict = await engine.verifyIdentity({ document, challenge: { prompts }, frames: damaged });
    expect(codes(verdict)).toEqual(['FRAME_UNREADABLE']);
  });

  it('does not take a face alone for a document page', async () => {
    expect(codes(await engine.checkDocument(session('s00-genuine').portrait))).toEqual(['DOCUMENT_NOT_A_DOCUMENT']);
  });

  /** A person's portrait of so many pixels in height, and where it is on the page. */
  const placed = async (name: string, height: number, left: number, top: number, change = (it: Sharp) => it) => ({
    input: await change(sharp(await sharp(session(name).portrait).resize({ height }).png().toBuffer()))
      .png()
      .toBuffer(),
    ...{ left, top },
  });
  const wide = () => sharp({ create: { width: 2000, height: 700, channels: 3, background: '#e8e4d8' } });

  it.each<[string, () => Promise<Sharp>]>([
    [
      'beside each other',
      async () =>
        page().composite([await placed('s00-genuine', 300, 80, 150), await placed('s01-genuine', 300, 600, 150)]),
    ],
    [
      'far from each other, and small',
      async () =>
        wide().composite([await placed('s00-genuine', 180, 40, 40), await placed('s01-genuine', 180, 1800, 500)]),
    ],
    [
      'of which one is a third as high',
      async () =>
        page().composite([await placed('s00-genuine', 360, 80, 150), await placed('s01-genuine', 120, 800, 520)]),
    ],
    [
      'of which one is small and lies upside down',
      async () =>
        wide().composite([
          await placed('s00-genuine', 300, 40, 40),
          await placed('s01-genuine', 180, 1700, 200, (it) => it.rotate(180)),
        ]),
    ],
    [
      'of which one lies on its side, on a page that does, too',
      async () => {
        const both = [
          await placed('s00-genuine', 300, 80, 150),
          await placed('s01-genuine', 220, 650, 300, (it) => it.rotate(90)),
        ];
        return sharp(await page().composite(both).png().toBuffer()).rotate(90);
      },
    ],
  ])('does not take a page with the portraits of two people %s', async (_, both) => {
    const verdict = await engine.checkDocument(await (await both()).jpeg().toBuffer());
    expect(codes(verdict)).toEqual(['DOCUMENT_SEVERAL_FACES']);
  });

  it('takes a page with a ghost image of the portrait, which is smaller, grey and pale', async () => {
    const ghost = await placed('s00-genuine', 170, 700, 400, (it) => it.greyscale().linear(0.5, 110));
    const both = page().composite([await placed('s00-genuine', 360, 80, 150), ghost]);
    const verdict = await engine.checkDocument(await both.jpeg().toBuffer());
    expect(codes(verdict)).toEqual([]);
    expect(verdict.checks.map(({ name }) => name)).toContain('document.otherFace');
  });

  it.each(DOCUMENTS)('finds the portrait of $file, if it has one', async ({ file, identity }) => {
    const verdict = await engine.checkDocument(documentImage(file));
    expect(codes(verdict)).toEqual(identity === undefined ? ['DOCUMENT_NO_FACE'] : []);
  });

  it.each([90, 180, 270])('reads a document that lies turned by %d degrees', async (degrees) => {
    const turned = await sharp(documentImage('jpdl-0.jpg')).rotate(degrees).jpeg().toBuffer();
    expect(await engine.checkDocument(turned)).toMatchObject({ outcome: 'accepted', quarterTurns: 4 - degrees / 90 });
  });

  it.each(portraits)(
    'keeps of $file what is near that person and far from anybody else',
    async ({ file, identity }) => {
      const { descriptor } = await kept(file);
      for (const [person, name] of Object.entries(faces)) {
        const distance = descriptorDistance(Float32Array.from(descriptor), await looksLike(name));
        if (person === identity) expect(distance).toBeLessThan(0.45);
        else expect(distance).toBeGreaterThan(0.6);
      }
    },
  );

  it('compares an ID photo with the portrait on a page, as it would be kept', async () => {
    const [{ file, identity } = { file: '', identity: '' }] = portraits;
    const name = faces[identity ?? ''] ?? '';
    const { prompts, frames } = motions(session(name), 1);
    const { scores } = await engine.verifyIdentity({ document: documentImage(file), challenge: { prompts }, frames });
    const distance = descriptorDistance(Float32Array.from((await kept(file)).descriptor), await looksLike(name));
    expect(scores.matchDistance).toBeCloseTo(distance, 5);
  });
});

/** A function that is asked once for each name. */
function once<T>(ask: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const asked = new Map<string, Promise<T>>();
  return (name) => {
    const answer = asked.get(name) ?? ask(name);
    asked.set(name, answer);
    return answer;
  };
}

function page(height = 700): ReturnType<typeof sharp> {
  return sharp({ create: { width: 1000, height, channels: 3, background: '#e8e4d8' } });
}

/** Two pictures in one, as high as the first. */
async function besideEachOther(left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
  const { width, height } = await sharp(left).metadata();
  const { data, info } = await sharp(right).resize({ height }).toBuffer({ resolveWithObject: true });
  return sharp(left)
    .extend({ right: info.width, background: '#777777' })
    .composite([{ input: data, left: width, top: 0 }])
    .jpeg()
    .toBuffer();
}
