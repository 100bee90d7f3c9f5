import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  type EkycEngine,
  estimateHeadPose,
  eyeDistance,
  eyes,
  type Landmarks,
  type LocatedFace,
  type Point,
} from '@tegata/ekyc';
import sharp from 'sharp';
import type { SamplePerson } from './people.ts';

// taken out of Math once: inside a vm context, as tests run in, every look at a global costs more than the sum it is for
const { abs, ceil, floor, hypot, max, min, round } = Math;

/** 8-bit RGB, square, rows from the top. */
export interface Picture {
  readonly side: number;
  readonly rgb: Uint8Array;
}

/** A face filling a square picture about as in a selfie, with its landmarks. */
export interface Portrait {
  readonly picture: Picture;
  /** 468 vertices in pixels of the picture */
  readonly landmarks: Landmarks;
}

/** Side of a portrait, and so of every camera frame, in pixels. */
export const PORTRAIT_SIDE = 480;

/** Distance between the eyes against the side of the picture. */
const EYE_SHARE = 0.17;

const photographs = join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')), 'demo');

/** Cuts a sample person's portrait out of the packaged photograph. Throws where no face is at the place given. */
export async function samplePortrait(person: SamplePerson, engine: EkycEngine): Promise<Portrait> {
  const whole = await readFile(join(photographs, person.photograph));
  const faces = await engine.locateFaces(whole);
  const away = ({ box }: LocatedFace) =>
    hypot(box.left + box.width / 2 - person.face.x, box.top + box.height / 2 - person.face.y);
  const face = faces.toSorted((a, b) => away(a) - away(b))[0];
  if (face === undefined || away(face) > face.box.width)
    throw new Error(`no face at its place in ${person.photograph}`);
  return cutPortrait(whole, face.landmarks, engine);
}

/** Photographs of the package. */
const PACKAGED = ['sample1.jpg', 'sample2.jpg', 'sample3.jpg', 'sample4.jpg', 'sample5.jpg', 'sample6.jpg'];

/**
 * Everybody in the packaged photographs who looks at the camera, by a name of photograph and place. A head can be rendered from no
 * other portrait: the cheek that is turned away is not in it.
 *
 * @param most degrees from straight
 */
export async function* packagedPortraits(
  engine: EkycEngine,
  most: { readonly yaw: number; readonly pitch: number },
): AsyncGenerator<{ readonly name: string; readonly photograph: string; readonly portrait: Portrait }> {
  for (const file of PACKAGED) {
    const whole = await readFile(join(photographs, file));
    const faces = (await engine.locateFaces(whole)).toSorted((a, b) => a.box.left - b.box.left);
    for (const [place, { landmarks }] of faces.entries()) {
      const pose = estimateHeadPose(landmarks);
      if (pose === undefined || abs(pose.yaw) > most.yaw || abs(pose.pitch) > most.pitch) continue;
      yield {
        name: `${file.slice(0, -'.jpg'.length)}-${place}`,
        photograph: file,
        portrait: await cutPortrait(whole, landmarks, engine),
      };
    }
  }
}

/** Cuts the portrait of the largest face out of any picture of at most 2048 pixels. Throws where there is none. */
export async function portraitOf(image: Uint8Array, engine: EkycEngine): Promise<Portrait> {
  const [face] = await engine.locateFaces(image);
  if (face === undefined) throw new Error('no face in the picture');
  return cutPortrait(image, face.landmarks, engine);
}

async function cutPortrait(image: Uint8Array, landmarks: Landmarks, engine: EkycEngine): Promise<Portrait> {
  const pose = estimateHeadPose(landmarks);
  const { right, left } = eyes(landmarks);
  const side = round((pose?.scale ?? eyeDistance(landmarks)) / EYE_SHARE);
  const centre = { x: (right.x + left.x) / 2, y: (right.y + left.y) / 2 + 0.08 * side };
  const cut = await cutSquare(image, centre, side, -(pose?.roll ?? 0));
  const upright = await blurSurroundings(cut);
  const png = await sharp(upright, { raw: { width: PORTRAIT_SIDE, height: PORTRAIT_SIDE, channels: 3 } })
    .png()
    .toBuffer();
  const [found] = await engine.locateFaces(png);
  if (found === undefined) throw new Error('the face was lost in cutting');
  return { picture: { side: PORTRAIT_SIDE, rgb: upright }, landmarks: found.landmarks };
}

/** A picture as a file of good quality. */
export function portraitJpeg({ side, rgb }: Picture): Promise<Uint8Array> {
  return sharp(rgb, { raw: { width: side, height: side, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** A square around a point of an image, turned clockwise by `degrees`; the border is repeated beyond the image. */
async function cutSquare(image: Uint8Array, centre: Point, side: number, degrees: number): Promise<Uint8Array> {
  // large enough that its corners do not come into the square when it is turned
  const wide = ceil(side * 1.5);
  const [left, top] = [round(centre.x - wide / 2), round(centre.y - wide / 2)];
  const { width, height } = await sharp(image).metadata();
  const beyond = {
    left: max(0, -left),
    top: max(0, -top),
    right: max(0, left + wide - width),
    bottom: max(0, top + wide - height),
  };
  const extended = await sharp(image)
    .removeAlpha()
    .extend({ ...beyond, extendWith: 'copy' })
    .png()
    .toBuffer();
  const cut = await sharp(extended)
    .extract({ left: left + beyond.left, top: top + beyond.top, width: wide, height: wide })
    .png()
    .toBuffer();
  const turned = await sharp(cut).rotate(degrees).png().toBuffer({ resolveWithObject: true });
  const margin = floor((turned.info.width - side) / 2);
  return sharp(turned.data)
    .extract({ left: margin, top: margin, width: side, height: side })
    .resize(PORTRAIT_SIDE, PORTRAIT_SIDE)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer();
}

/** Blurs what is not head, hair or shoulders, as video calls do: the photographs show several people. */
async function blurSurroundings(rgb: Uint8Array): Promise<Uint8Array> {
  const side = PORTRAIT_SIDE;
  const raw = { raw: { width: side, height: side, channels: 3 as const } };
  const blurred = await sharp(rgb, raw)
    .blur(0.05 * side)
    .removeAlpha()
    .raw()
    .toBuffer();
  const out = new Uint8Array(rgb.length);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [u, v] = [x / side - 0.5, y / side - 0.5];
      const head = hypot(u / 0.3, (v - 0.02) / 0.44);
      const shoulders = v > 0.25 ? abs(u) / (0.3 + (v - 0.25) * 0.6) : 2;
      const keep = max(0, min(1, (1.15 - min(head, shoulders)) / 0.3));
      const at = 3 * (y * side + x);
      for (let c = 0; c < 3; c++) out[at + c] = round(keep * rgb[at + c]! + (1 - keep) * blurred[at + c]!);
    }
  }
  return out;
}
