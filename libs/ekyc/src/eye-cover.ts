import type { RgbImage } from './decode-image.ts';
import { eyeDistance, type Landmarks, vertex } from './landmarks.ts';
import { middle } from './middle.ts';

/** Below the lower lid, where the skin is still behind a lens, and on the cheek below it: of the person's right and left side. */
const SIDES = [
  { underEye: [229, 230, 231], cheek: [50, 205] },
  { underEye: [449, 450, 451], cheek: [280, 425] },
] as const;

/** Half the side of the squares that are looked at, in eye distances. */
const REACH = 0.03;

/**
 * How bright the skin under the eyes is against the cheeks: near 1 of a bare face, far less behind dark glasses. The brighter side counts,
 * for a lamp from one side darkens the other one's eye.
 */
export function lightUnderEyes(image: RgbImage, landmarks: Landmarks): number {
  const reach = Math.max(1, Math.round(REACH * eyeDistance(landmarks)));
  const brightness = (vertices: readonly number[]) =>
    middle(vertices.map((index) => lumaAround(image, landmarks, index, reach)));
  return Math.max(...SIDES.map(({ underEye, cheek }) => brightness(underEye) / Math.max(1, brightness(cheek))));
}

/** Mean luma (BT.709, 0 to 255) of the square around a vertex, as far as it is in the image; 0 where it is not. */
function lumaAround({ width, height, rgb }: RgbImage, landmarks: Landmarks, index: number, reach: number): number {
  const { x, y } = vertex(landmarks, index);
  const [left, right] = [Math.max(0, Math.round(x) - reach), Math.min(width - 1, Math.round(x) + reach)];
  const [top, bottom] = [Math.max(0, Math.round(y) - reach), Math.min(height - 1, Math.round(y) + reach)];
  let [sum, count] = [0, 0];
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const at = 3 * (row * width + column);
      sum += 0.2126 * rgb[at]! + 0.7152 * rgb[at + 1]! + 0.0722 * rgb[at + 2]!;
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}
