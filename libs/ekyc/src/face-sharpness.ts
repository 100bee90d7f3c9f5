import { type GreySquare, smoothed } from './grey-image.ts';

/** Radii of the two blurs that are compared, in pixels of the aligned face, whose eyes are about 50 apart. The finer one takes away noise. */
const FINE = 3;
const COARSE = 6;
/** Pixels left out at each side: hair, neck, and what is behind the head. */
const MARGIN = 20;
/** Share of the places that count: where brightness changes most. */
const STEEPEST = 0.05;

/**
 * How sharp an aligned face is: how many times steeper its edges are than after it was blurred once more. Whatever the light and the contrast, a picture that is blurred already
 * hardly changes, and the figure comes near 1. Of edges across and along, the less sharp count, for a camera that moves blurs in one direction.
 */
export function faceSharpness(face: GreySquare): number {
  const [fine, coarse] = [smoothed(face, FINE), smoothed(face, COARSE)];
  return Math.min(
    ...[1, face.side].map((step) => steepness(fine, step) / Math.max(Number.EPSILON, steepness(coarse, step))),
  );
}

/** Mean change of brightness from each value to the one `step` further, where it is greatest. */
function steepness({ side, values }: GreySquare, step: number): number {
  const changes = new Float32Array((side - 2 * MARGIN) ** 2);
  let count = 0;
  for (let y = MARGIN; y < side - MARGIN; y++) {
    for (let x = MARGIN; x < side - MARGIN; x++) {
      const at = y * side + x;
      changes[count++] = Math.abs(values[at]! - values[at + step]!);
    }
  }
  const steepest = changes.sort().subarray(Math.floor(count * (1 - STEEPEST)));
  return steepest.reduce((sum, change) => sum + change, 0) / steepest.length;
}
