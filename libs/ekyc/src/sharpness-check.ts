import { middle } from './middle.ts';
import type { ObservedFrame } from './observation.ts';
import { baselineOf } from './presence-checks.ts';
import { THRESHOLDS } from './thresholds.ts';
import { atLeast, type Check } from './verdict.ts';

/**
 * Whether the face that looks straight is blurred, which may be why something else does not hold: a blurred person looks like somebody else and
 * hardly seems to move. It refuses nothing, for many are recognised all the same. Motions are not looked at, for a head that moves is blurred.
 * `frames` needs a baseline frame with a face.
 */
export function checkSharpness(frames: readonly ObservedFrame[]): Check[] {
  const sharpness = middle(baselineOf(frames).map(({ face }) => face.sharpness));
  return [atLeast('baseline.sharpness', sharpness, THRESHOLDS.minSharpness, 'FRAMES_BLURRED')];
}
