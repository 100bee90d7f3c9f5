import type { Box } from './landmarks.ts';
import { THRESHOLDS } from './thresholds.ts';

/** Something found in a picture. */
interface Boxed {
  readonly box: Box;
}

/**
 * Of the faces found in a picture those that were found in its mirror image as well, in their order. A face is; what blur or folds
 * of the background make the detector see, it sees on one side only. Where none was found again, all are left: nobody is passed over
 * because the detector is unsure of everybody.
 *
 * @param mirrored faces of the mirror image, in its coordinates
 * @param width of the picture, in pixels
 */
export function facesSeenTwice<T extends Boxed>(
  faces: readonly T[],
  mirrored: readonly Boxed[],
  width: number,
): readonly T[] {
  const again = mirrored.map(({ box }) => ({ ...box, left: width - box.left - box.width }));
  const twice = faces.filter(({ box }) => again.some((other) => overlap(box, other) >= THRESHOLDS.minMirroredOverlap));
  return twice.length === 0 ? faces : twice;
}

/** Area that two boxes share, over the area that they cover together. */
function overlap(one: Box, other: Box): number {
  const width = Math.min(one.left + one.width, other.left + other.width) - Math.max(one.left, other.left);
  const height = Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (one.width * one.height + other.width * other.height - shared);
}
