import { checkMotions } from './motion-checks.ts';
import { PROMPTS, type Prompt } from './prompt.ts';
import { frame, headLandmarks } from './testing/synthetic-head.ts';
import { THRESHOLDS } from './thresholds.ts';

/** What is measured of the mean head that looks straight, and then moves so far. */
function measured(name: string, prompt: Prompt, degrees: number): number | undefined {
  const moved = { left: { yaw: degrees }, right: { yaw: -degrees }, up: { pitch: -degrees }, down: { pitch: degrees } };
  const frames = [{}, {}, {}, moved[prompt]].map((held, k) => frame(k < 3 ? -1 : 0, headLandmarks(held), k));
  return checkMotions(frames, [prompt]).checks.find((check) => check.name === name)?.measured;
}

describe('the checks on motions', () => {
  it.each(PROMPTS)(
    'ask no more parallax, for its angle, of a head that hardly moves %s than of one that goes far',
    (prompt) => {
      const [least, far] = [THRESHOLDS.minMotion[prompt] + 0.5, 35].map((degrees) =>
        measured('motion.parallax', prompt, degrees),
      );
      expect((far ?? 0) / (least ?? 0)).toBeGreaterThan(0.95);
      expect((far ?? 0) / (least ?? 0)).toBeLessThan(1.1);
      expect(least).toBeGreaterThan(1.4 * THRESHOLDS.minParallax[prompt]);
    },
  );
});
