import type { HeadPose, Prompt } from '@tegata/ekyc';
import type { HeadPlacement } from './head-renderer.ts';
import type { SeededRandom } from './seeded-random.ts';

/** What a capture folder shows: looking straight, or one motion from the middle and back. */
export type CaptureName = 'straight' | Prompt;

/** The capture folders. */
export const CAPTURE_NAMES: readonly CaptureName[] = ['straight', 'left', 'right', 'up', 'down'];

/** Frames looking straight. */
export const STRAIGHT_FRAMES = 3;

/** How far into a motion each of its frames is. Ends near the middle, so that any motion can follow any other. */
const COURSE = [0.25, 0.75, 1, 0.6, 0.15];

/** Degrees at the peak. Lifting the chin is under-read by up to a half in some faces, so it goes farther than it needs. */
const PEAK: Record<Prompt, { yaw: number; pitch: number }> = {
  left: { yaw: 25, pitch: 0 },
  right: { yaw: -25, pitch: 0 },
  up: { yaw: 0, pitch: -24 },
  down: { yaw: 0, pitch: 23 },
};

/**
 * Where the head is in each frame of a capture folder. `portrait` is how the portrait holds it: the person rests nearer to
 * straight than that, but keeps some of it, as people do. Nobody holds still: small turns, shifts and changes of distance
 * come from `random`.
 */
export function placementsOf(name: CaptureName, portrait: HeadPose, random: SeededRandom): HeadPlacement[] {
  const course = name === 'straight' ? new Array<number>(STRAIGHT_FRAMES).fill(0) : COURSE;
  const peak = name === 'straight' ? { yaw: 0, pitch: 0 } : PEAK[name];
  return course.map((share) => ({
    yaw: 0.25 * portrait.yaw + share * peak.yaw + random.normal() * 0.6,
    pitch: 0.5 * portrait.pitch + share * peak.pitch + random.normal() * 0.6,
    roll: random.normal() * 0.9,
    shiftX: random.normal() * 2,
    shiftY: random.normal() * 1.5,
    scale: 1 + random.normal() * 0.006,
  }));
}
