import { middle } from './middle.ts';
import type { ObservedFrame } from './observation.ts';
import { baselineOf } from './presence-checks.ts';
import { THRESHOLDS } from './thresholds.ts';
import { atLeast, type Check } from './verdict.ts';

/**
 * Whether the face that looks straight is blurred, which may be why something else does not hold: a blurred person looks like somebody else and
 * hardly seems to move. It refuses nothing, for many are recognised all the same; of whoever is, only a strong blur may have hidden the motions. Motions are not
 * looked at, for a head that moves is blurred. `frames` needs a baseline frame with a face.
 */
export function checkSharpness(frames: readonly ObservedFrame[], recognised: boolean): Check[] {
  const sharpness = middle(baselineOf(frames).map(({ face }) => face.sharpness));
  const { minSharpness, minRecognisedSharpness } = THRESHOLDS;
  const least = recognised ? minRecognisedSharpness : minSharpness;
  return [atLeast('baseline.sharpness', sharpness, least, 'FRAMES_BLURRED')];
}
