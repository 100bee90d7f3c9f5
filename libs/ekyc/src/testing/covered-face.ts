import sharp from 'sharp';
import type { EkycEngine } from '../engine.ts';
import { eyeDistance, eyes, type Landmarks, type Point, vertex } from '../landmarks.ts';

/** What is worn over a face. */
export type Cover = 'sunglasses' | 'mask';

/** Outline of a surgical mask: from ear to ear along the jaw, and back over the cheekbones and the bridge of the nose. */
const MASK: readonly number[] = [
  ...[234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454],
  ...[347, 197, 118],
];

/** A frame whose face wears something, drawn where the landmarks are; the frame itself where no face is found. JPEG. */
export async function covered(engine: EkycEngine, frame: Uint8Array, cover: Cover): Promise<Uint8Array> {
  const [face] = await engine.locateFaces(frame);
  if (face === undefined) return frame;
  const { width, height } = await sharp(frame).metadata();
  const drawn = cover === 'mask' ? mask(face.landmarks) : sunglasses(face.landmarks);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawn}</svg>`;
  return sharp(frame)
    .composite([{ input: Buffer.from(svg) }])
    .jpeg({ quality: 92 })
    .toBuffer();
}

function mask(landmarks: Landmarks): string {
  const points = MASK.map((index) => vertex(landmarks, index)).map(({ x, y }) => `${x},${y}`);
  return `<polygon points="${points.join(' ')}" fill="#dfe9ee" stroke="#b9c8d0" stroke-width="1.5"/>`;
}

function sunglasses(landmarks: Landmarks): string {
  const { right, left } = eyes(landmarks);
  const degrees = (Math.atan2(left.y - right.y, left.x - right.x) * 180) / Math.PI;
  const apart = eyeDistance(landmarks);
  const lens = ({ x, y }: Point) =>
    `<ellipse cx="${x}" cy="${y + 0.05 * apart}" rx="${0.44 * apart}" ry="${0.36 * apart}" ` +
    `transform="rotate(${degrees} ${x} ${y})" fill="#0c0c10"/>`;
  const temples = [
    [234, right],
    [454, left],
  ] as const;
  const bar = (from: Point, to: Point) =>
    `<line x1="${from.x}" y1="${from.y}" x2="${to.x}" y2="${to.y}" stroke="#0c0c10" stroke-width="${0.09 * apart}"/>`;
  const bars = [bar(right, left), ...temples.map(([index, eye]) => bar(eye, vertex(landmarks, index)))];
  return bars.join('') + lens(right) + lens(left);
}
