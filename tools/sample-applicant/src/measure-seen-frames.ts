import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EkycEngine, type ScreenColour, THRESHOLDS } from '@tegata/ekyc';
import { FrameDigester, type FrameDigests } from '@tegata/ekyc/frame-digests';
import sharp from 'sharp';
import { photograph } from './camera.ts';
import { PORTRAIT_SIDE, type Portrait, packagedPortraits, portraitOf } from './portrait-photo.ts';
import { seededRandom } from './seeded-random.ts';
import { drawConditions, Sitting, type SittingConditions } from './sitting.ts';

// Measures by what share of its frames a capture is known again: genuine ones of the same person in the same place, and frames of an earlier
// capture that were changed on the way. `node --import tsx tools/sample-applicant/src/measure-seen-frames.ts [people] [seed] [folder of NNN_live.jpg]`

const people = Number(process.argv[2] ?? 5);
const seed = Number(process.argv[3] ?? 1);
const folder = process.argv[4];
const colours: readonly ScreenColour[] = ['red', 'cyan', 'blue', 'yellow', 'magenta', 'green'];
const digester = new FrameDigester(createHash('sha256').update(`key ${seed}`).digest());
const grain = seededRandom(seed, 'grain of altered frames');

type Change = (frame: Uint8Array) => Promise<Uint8Array>;
const rawOf = async (frame: Uint8Array) => (await sharp(frame).raw().toBuffer()) as Uint8Array;
const fromRaw = (rgb: Uint8Array) => sharp(rgb, { raw: { width: PORTRAIT_SIDE, height: PORTRAIT_SIDE, channels: 3 } });
const encoded =
  (quality: number): Change =>
  (frame) =>
    sharp(frame).jpeg({ quality }).toBuffer();
const noisy =
  (deviation: number): Change =>
  async (frame) =>
    photograph({ side: PORTRAIT_SIDE, rgb: await rawOf(frame) }, grain, 0, { grain: deviation, quality: 82 });
const cropped =
  (pixels: number): Change =>
  (frame) =>
    sharp(frame)
      .extract({
        left: pixels,
        top: pixels,
        width: PORTRAIT_SIDE - 2 * pixels,
        height: PORTRAIT_SIDE - 2 * pixels,
      })
      .jpeg({ quality: 82 })
      .toBuffer();

/** What may be done to a frame before it is sent again. */
const CHANGES: Readonly<Record<string, Change>> = {
  'nothing but its packing (WebP without loss)': (frame) => sharp(frame).webp({ lossless: true }).toBuffer(),
  'one bit of one pixel': async (frame) => {
    const rgb = await rawOf(frame);
    rgb[rgb.length >> 1]! ^= 1;
    return fromRaw(rgb).webp({ lossless: true }).toBuffer();
  },
  'JPEG of quality 95': encoded(95),
  'JPEG of quality 82': encoded(82),
  'JPEG of quality 60': encoded(60),
  'JPEG of quality 40': encoded(40),
  'WebP of quality 75': (frame) => sharp(frame).webp({ quality: 75 }).toBuffer(),
  'scaled to three quarters': (frame) => sharp(frame).resize(360).jpeg({ quality: 82 }).toBuffer(),
  'scaled to four thirds, which shifts it by half a pixel': (frame) =>
    sharp(frame).resize(640).jpeg({ quality: 82 }).toBuffer(),
  'darker by 15 %': (frame) => sharp(frame).linear(0.85).jpeg({ quality: 82 }).toBuffer(),
  'blurred by 1.5 pixels': (frame) => sharp(frame).blur(1.5).jpeg({ quality: 82 }).toBuffer(),
  sharpened: (frame) => sharp(frame).sharpen().jpeg({ quality: 82 }).toBuffer(),
  'noise of 2 grey levels': noisy(2),
  'noise of 8 grey levels': noisy(8),
  'cut by 1 pixel': cropped(1),
  'cut by 2 pixels': cropped(2),
  'turned by half a degree': (frame) =>
    sharp(frame).rotate(0.5, { background: '#808080' }).resize(PORTRAIT_SIDE).jpeg({ quality: 82 }).toBuffer(),
};

/** What a genuine capture is the same in, besides the person and the place. */
const VIEWS: Readonly<Record<string, (wall: Uint8Array) => Change>> = {
  'the person fills the picture': () => async (frame) => frame,
  'the person takes 9 sixteenths of it': (wall) => before(wall, 360),
  'the person takes a quarter of it': (wall) => before(wall, 240),
};

/** The frame as a part of a picture in which nothing else moves but the grain: a camera that stands still, farther away. */
function before(wall: Uint8Array, side: number): Change {
  const at = (PORTRAIT_SIDE - side) / 2;
  return async (frame) => {
    const input = await sharp(frame).resize(side).png().toBuffer();
    const rgb = await fromRaw(wall)
      .composite([{ input, left: at, top: at }])
      .raw()
      .toBuffer();
    return photograph({ side: PORTRAIT_SIDE, rgb }, grain, 0, { grain: 2, quality: 82 });
  };
}

async function capture(portrait: Portrait, conditions: SittingConditions, sitting: number): Promise<Uint8Array[]> {
  const person = new Sitting(portrait, conditions, sitting);
  const frames = await person.straight(3);
  for (const motion of ['left', 'up', 'right', 'down'] as const) frames.push(...(await person.motion(motion)));
  return [...frames, ...(await person.lit(colours))];
}

async function digestsOf(frames: readonly Uint8Array[], change: Change): Promise<FrameDigests[]> {
  const digests: FrameDigests[] = [];
  for (const frame of frames) {
    const digest = await digester.digest(await change(frame));
    if (digest === undefined) throw new Error('a frame that shows nothing');
    digests.push(digest);
  }
  return digests;
}

/** Share of frames with a view, and number with a picture, that the other capture has. */
function known(frames: readonly FrameDigests[], other: readonly FrameDigests[]) {
  const views = new Set(other.flatMap(({ view }) => view));
  const pictures = new Set(other.map(({ picture }) => picture));
  return {
    share: frames.filter(({ view }) => view.some((digest) => views.has(digest))).length / frames.length,
    pictures: frames.filter(({ picture }) => pictures.has(picture)).length,
  };
}

const found = new Map<string, ReturnType<typeof known>[]>();
const note = (kind: string, result: ReturnType<typeof known>) => found.set(kind, [...(found.get(kind) ?? []), result]);
const engine = await EkycEngine.start({ decisionDeadlineMs: 300_000 });
const everybody: Portrait[] = [];
if (folder === undefined) {
  for await (const { portrait } of packagedPortraits(engine, { yaw: 22, pitch: 16 })) everybody.push(portrait);
} else {
  const files = (await readdir(folder)).filter((name) => name.endsWith('_live.jpg')).sort();
  for (const file of files) everybody.push(await portraitOf(await readFile(join(folder, file)), engine));
}
await engine.close();
const wall = everybody.at(-1)!.picture.rgb;

for (const [who, portrait] of everybody.slice(0, people).entries()) {
  const conditions = drawConditions(seededRandom(seed, `room ${who}`));
  const sittings: Uint8Array[][] = [];
  for (let k = 0; k < 3; k++) sittings.push(await capture(portrait, conditions, 1000 * seed + 10 * who + k));
  for (const [view, seen] of Object.entries(VIEWS)) {
    const digests: FrameDigests[][] = [];
    for (const frames of sittings) digests.push(await digestsOf(frames, seen(wall)));
    for (const one of digests)
      for (const other of digests) if (one !== other) note(`genuine: ${view}`, known(one, other));
  }
  const [original] = sittings;
  const earlier = await digestsOf(original!, async (frame) => frame);
  for (const [name, change] of Object.entries(CHANGES)) note(name, known(await digestsOf(original!, change), earlier));
  console.error(`person ${who}`);
}
for (const [kind, all] of found) {
  const shares = all.map(({ share }) => share).toSorted((a, b) => a - b);
  const [least, middle, most] = [shares[0]!, shares[shares.length >> 1]!, shares.at(-1)!].map((x) => x.toFixed(2));
  const pictures = all.filter((result) => result.pictures > 0).length;
  const refused = all.filter(({ share }) => share > THRESHOLDS.maxSeenViews).length;
  console.log(
    `${kind}: n ${all.length}, share ${least} / ${middle} / ${most}, beyond the limit ${refused}, with a picture in common ${pictures}`,
  );
}
