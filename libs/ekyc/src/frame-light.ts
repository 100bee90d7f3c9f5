import type { RgbImage } from '@tegata/encoded-picture';
import { boundingBox, type Landmarks } from './landmarks.ts';
import { LINEAR_LIGHT } from './linear-light.ts';
import type { FrameLight } from './screen-light.ts';

/** Part of the face's box that is skin: hair, ears and the outline are left out. */
const SKIN = { left: 0.18, right: 0.82, top: 0.22, bottom: 0.85 } as const;
/** Around the face begins this far beside its box, in widths of it. */
const MARGIN = 0.25;
/** Every so many pixels is looked at, each way. */
const STEP = 3;
/** Fewer pixels around the face than this say nothing about the surroundings. */
const FEWEST = 60;

/** The light on a face and beside it; undefined where the face fills the picture. A millisecond for 480 pixels. */
export function frameLight(image: RgbImage, landmarks: Landmarks): FrameLight | undefined {
  const { left, top, width, height } = boundingBox(landmarks);
  const face = meanLight(
    image,
    left + SKIN.left * width,
    left + SKIN.right * width,
    top + SKIN.top * height,
    top + SKIN.bottom * height,
  );
  const [bottom, outer] = [top + 0.6 * height, MARGIN * width];
  const beside = [
    meanLight(image, 0, left - outer, 0, bottom),
    meanLight(image, left + width + outer, image.width, 0, bottom),
  ];
  const pixels = beside.reduce((sum, { count }) => sum + count, 0);
  if (face.count === 0 || pixels < FEWEST) return undefined;
  const around = [0, 1, 2].map((c) => beside.reduce((sum, part) => sum + part.sum[c]!, 0) / pixels);
  const [r, g, b] = around as [number, number, number];
  const of = (c: 0 | 1 | 2) => face.sum[c] / face.count;
  return { subject: [of(0), of(1), of(2)], around: [r, g, b] };
}

function meanLight(
  { width, height, rgb }: RgbImage,
  left: number,
  right: number,
  top: number,
  bottom: number,
): { sum: [number, number, number]; count: number } {
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let y = Math.max(0, Math.ceil(top)); y < Math.min(height, bottom); y += STEP) {
    for (let x = Math.max(0, Math.ceil(left)); x < Math.min(width, right); x += STEP) {
      const at = 3 * (y * width + x);
      for (const c of [0, 1, 2] as const) sum[c] += LINEAR_LIGHT[rgb[at + c]!]!;
      count++;
    }
  }
  return { sum, count };
}
