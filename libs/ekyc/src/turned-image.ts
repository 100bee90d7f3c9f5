import type { RgbImage } from '@tegata/encoded-picture';
import type { Point } from './landmarks.ts';

/** The image as a mirror shows it. */
export function mirrorImage({ width, height, rgb }: RgbImage): RgbImage {
  const mirrored = new Uint8Array(rgb.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [from, to] = [3 * (y * width + x), 3 * (y * width + width - 1 - x)];
      mirrored[to] = rgb[from]!;
      mirrored[to + 1] = rgb[from + 1]!;
      mirrored[to + 2] = rgb[from + 2]!;
    }
  }
  return { width, height, rgb: mirrored };
}

/** Quarter turns, clockwise. */
export type QuarterTurns = 0 | 1 | 2 | 3;

/** The image turned clockwise. */
export function turnImage(image: RgbImage, quarters: QuarterTurns): RgbImage {
  if (quarters === 0) return image;
  const { width, height, rgb } = image;
  const turned = new Uint8Array(rgb.length);
  const [newWidth, newHeight] = quarters === 2 ? [width, height] : [height, width];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [toX, toY] =
        quarters === 1 ? [height - 1 - y, x] : quarters === 2 ? [width - 1 - x, height - 1 - y] : [y, width - 1 - x];
      const [from, to] = [3 * (y * width + x), 3 * (toY * newWidth + toX)];
      turned[to] = rgb[from]!;
      turned[to + 1] = rgb[from + 1]!;
      turned[to + 2] = rgb[from + 2]!;
    }
  }
  return { width: newWidth, height: newHeight, rgb: turned };
}

/** Where a place of an image is when the image is turned clockwise. Pixel centres are at halves. */
export function turnPoint(
  { x, y }: Point,
  { width, height }: { readonly width: number; readonly height: number },
  quarters: QuarterTurns,
): Point {
  const turned = [
    { x, y },
    { x: height - y, y: x },
    { x: width - x, y: height - y },
    { x: y, y: width - x },
  ] as const;
  return turned[quarters];
}
