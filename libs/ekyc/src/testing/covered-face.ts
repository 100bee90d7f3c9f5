import sharp from 'sharp';
import type { EkycEngine } from '../engine.ts';
import { eyeDistance, eyes, type Landmarks, type Point, vertex } from '../landmarks.ts';
import { LINEAR_LIGHT } from '../linear-light.ts';

type Colour = readonly [r: number, g: number, b: number];

/** Lenses: the part of the light that comes through each, and the light, of white's, that it mirrors. */
const LENSES = {
  'black glasses': { passes: [0.01, 0.01, 0.01], mirrors: 0.002 },
  'mirroring glasses': { passes: [0.02, 0.02, 0.02], mirrors: 0.03 },
  'brown glasses': { passes: [0.28, 0.19, 0.1], mirrors: 0.005 },
  'lightly tinted glasses': { passes: [0.45, 0.4, 0.35], mirrors: 0 },
  'clear glasses': { passes: [0.92, 0.92, 0.92], mirrors: 0.01 },
} as const satisfies Record<string, { passes: Colour; mirrors: number }>;

/** What is before a face. */
export type Cover = keyof typeof LENSES | 'a hand before an eye' | 'a mask';

export const COVERS: readonly Cover[] = [
  ...(Object.keys(LENSES) as (keyof typeof LENSES)[]),
  'a hand before an eye',
  'a mask',
];

/** Outline of a surgical mask: from ear to ear along the jaw, and back over the cheekbones and the bridge of the nose. */
const MASK: readonly number[] = [
  ...[234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454],
  ...[347, 197, 118],
];
/** Of the person's right cheek. */
const CHEEK = 50;
/** Half-axes of a lens, and of the hand, in eye distances. */
const LENS = { x: 0.44, y: 0.36 } as const;
const HAND = { x: 0.45, y: 0.4 } as const;
const FRAME_COLOUR = '#0c0c10';

/** A frame with something before its face, drawn where the landmarks are; the frame itself where no face is found. JPEG. */
export async function covered(
  engine: Pick<EkycEngine, 'locateFaces'>,
  frame: Uint8Array,
  cover: Cover,
): Promise<Uint8Array> {
  const [face] = await engine.locateFaces(frame);
  if (face === undefined) return frame;
  const { landmarks } = face;
  const { data: rgb, info } = await sharp(frame).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const image = { width, height, rgb };
  if (cover === 'a hand before an eye') hold(image, landmarks);
  else if (cover !== 'a mask') for (const eye of Object.values(eyes(landmarks))) tint(image, landmarks, eye, cover);
  const drawn = cover === 'a mask' ? mask(landmarks) : cover === 'a hand before an eye' ? '' : spectacles(landmarks);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawn}</svg>`;
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .composite([{ input: Buffer.from(svg) }])
    .jpeg({ quality: 92 })
    .toBuffer();
}

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** A lens before an eye: the light that it lets through, and what it mirrors. */
function tint(picture: Picture, landmarks: Landmarks, eye: Point, lens: keyof typeof LENSES): void {
  const { passes, mirrors } = LENSES[lens];
  eachPixel(picture, landmarks, lensAt(landmarks, eye), LENS, (pixel) => {
    for (const c of [0, 1, 2] as const) {
      const light = Math.min(1, LINEAR_LIGHT[pixel[c]!]! * passes[c] + mirrors);
      pixel[c] = Math.round(255 * light ** (1 / 2.2));
    }
  });
}

/** Skin with folds before the person's right eye. */
function hold(picture: Picture, landmarks: Landmarks): void {
  const { x, y } = vertex(landmarks, CHEEK);
  const at = 3 * (Math.round(y) * picture.width + Math.round(x));
  const skin = [...picture.rgb.subarray(at, at + 3)];
  eachPixel(picture, landmarks, eyes(landmarks).right, HAND, (pixel, down) => {
    const fold = 1 - 0.12 * Math.abs(Math.sin(9 * down));
    for (const c of [0, 1, 2]) pixel[c] = Math.round(skin[c]! * fold);
  });
}

const lensAt = (landmarks: Landmarks, { x, y }: Point): Point => ({ x, y: y + 0.05 * eyeDistance(landmarks) });

/** Changes every pixel of an ellipse that lies as the eyes do; `down` goes from -1 to 1 through it. */
function eachPixel(
  { width, height, rgb }: Picture,
  landmarks: Landmarks,
  middle: Point,
  axes: { readonly x: number; readonly y: number },
  change: (pixel: Uint8Array, down: number) => void,
): void {
  const { right, left } = eyes(landmarks);
  const apart = eyeDistance(landmarks);
  const [cos, sin] = [(left.x - right.x) / apart, (left.y - right.y) / apart];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [dx, dy] = [x - middle.x, y - middle.y];
      const [across, down] = [(dx * cos + dy * sin) / (axes.x * apart), (dy * cos - dx * sin) / (axes.y * apart)];
      const at = 3 * (y * width + x);
      if (across * across + down * down < 1) change(rgb.subarray(at, at + 3), down);
    }
  }
}

function mask(landmarks: Landmarks): string {
  const points = MASK.map((index) => vertex(landmarks, index)).map(({ x, y }) => `${x},${y}`);
  return `<polygon points="${points.join(' ')}" fill="#dfe9ee" stroke="#b9c8d0" stroke-width="1.5"/>`;
}

/** What holds the lenses: rims, bridge and temples. */
function spectacles(landmarks: Landmarks): string {
  const { right, left } = eyes(landmarks);
  const degrees = (Math.atan2(left.y - right.y, left.x - right.x) * 180) / Math.PI;
  const apart = eyeDistance(landmarks);
  const rim = (eye: Point) => {
    const { x, y } = lensAt(landmarks, eye);
    return (
      `<ellipse cx="${x}" cy="${y}" rx="${LENS.x * apart}" ry="${LENS.y * apart}" transform="rotate(${degrees} ${x} ${y})" ` +
      `fill="none" stroke="${FRAME_COLOUR}" stroke-width="${0.05 * apart}"/>`
    );
  };
  const bar = (from: Point, to: Point, wide: number) =>
    `<line x1="${from.x}" y1="${from.y}" x2="${to.x}" y2="${to.y}" stroke="${FRAME_COLOUR}" stroke-width="${wide * apart}"/>`;
  const outer = (eye: Point, ear: number) => {
    const to = vertex(landmarks, ear);
    const [dx, dy] = [to.x - eye.x, to.y - eye.y];
    const length = Math.max(1, Math.hypot(dx, dy));
    const along = (LENS.x * apart) / length;
    return along < 1 ? bar({ x: eye.x + dx * along, y: eye.y + dy * along }, to, 0.09) : '';
  };
  const toNose = LENS.x;
  const bridge = bar(
    { x: right.x + (left.x - right.x) * toNose, y: right.y + (left.y - right.y) * toNose },
    { x: left.x + (right.x - left.x) * toNose, y: left.y + (right.y - left.y) * toNose },
    0.05,
  );
  return rim(right) + rim(left) + bridge + outer(right, 234) + outer(left, 454);
}
