import type { ObservedFrame } from './observation.ts';
import { THRESHOLDS } from './thresholds.ts';
import { atMost, type Check } from './verdict.ts';

/**
 * Whether there is light enough in the frames, and not too much, for anything to be judged by them. In the dark nothing moves either, and in
 * too much light a person looks like somebody else: reasons that would help nobody. `frames` holds at least one.
 */
export function checkBrightness(frames: readonly ObservedFrame[]): Check[] {
  const levels = frames.map(
    ({ thumbnail: { values } }) => values.reduce((sum, value) => sum + value, 0) / values.length,
  );
  const share = (wrong: (level: number) => boolean) => levels.filter(wrong).length / levels.length;
  const { minBrightness, maxBrightness, maxUnlitShare } = THRESHOLDS;
  return [
    atMost(
      'frames.dark',
      share((level) => level < minBrightness),
      maxUnlitShare,
      'FRAMES_TOO_DARK',
    ),
    atMost(
      'frames.bright',
      share((level) => level > maxBrightness),
      maxUnlitShare,
      'FRAMES_TOO_BRIGHT',
    ),
  ];
}
