import type { Challenge } from './prompt.ts';
import { CAPTURE_LIMITS } from './thresholds.ts';
import { atLeast, atMost, type Check } from './verdict.ts';

/** Where a frame belongs in a capture. */
export interface FramePlace {
  /** which motion it was taken for, by its place in the challenge; -1 looking straight */
  readonly promptIndex: number;
  /** which of the challenge's colours was on the screen, from 0; absent for none */
  readonly colourIndex?: number | undefined;
  /** milliseconds on the terminal's clock */
  readonly capturedAtMs: number;
}

/**
 * Whether the frames are a capture of the challenge at all: enough of each motion, in order, in one go. No picture is
 * looked at yet, so nonsense costs nothing.
 */
export function checkCapture(frames: readonly FramePlace[], { prompts, colours = [] }: Challenge): Check[] {
  const limits = CAPTURE_LIMITS;
  const count = (promptIndex: number) => frames.filter((frame) => frame.promptIndex === promptIndex).length;
  const baseline = count(-1);
  const perPrompt = prompts.map((_, promptIndex) => count(promptIndex));
  const lit = frames.filter((frame) => frame.promptIndex === prompts.length);
  const perColour = colours.map((_, colour) => lit.filter((frame) => frame.colourIndex === colour).length);
  const last = colours.length > 0 ? prompts.length : prompts.length - 1;
  let disorder = lit.filter(({ colourIndex = -1 }) => colours[colourIndex] === undefined).length;
  let longestGap = 0;
  let longestPromptGap = 0;
  frames.forEach((frame, k) => {
    const before = frames[k - 1];
    if (!Number.isInteger(frame.promptIndex) || frame.promptIndex < -1 || frame.promptIndex > last) disorder++;
    if (before === undefined) return;
    // a frame of an earlier motion or an earlier time after a later one
    if ((frame.colourIndex ?? -1) < (before.colourIndex ?? -1)) disorder++;
    if (frame.promptIndex < before.promptIndex || !(frame.capturedAtMs > before.capturedAtMs)) disorder++;
    const gap = frame.capturedAtMs - before.capturedAtMs;
    if (frame.promptIndex === before.promptIndex) longestGap = Math.max(longestGap, gap);
    else longestPromptGap = Math.max(longestPromptGap, gap);
  });
  const duration = (frames.at(-1)?.capturedAtMs ?? 0) - (frames[0]?.capturedAtMs ?? 0);
  return [
    atMost('capture.disorder', disorder, 0, 'FRAMES_OUT_OF_ORDER'),
    atMost('capture.frames', frames.length, limits.maxFrames, 'FRAMES_TOO_MANY'),
    atLeast('capture.baselineFrames', baseline, limits.minBaselineFrames, 'FRAMES_TOO_FEW'),
    atMost('capture.baselineFrames', baseline, limits.maxBaselineFrames, 'FRAMES_TOO_MANY'),
    ...perPrompt.flatMap((frameCount, promptIndex) => [
      atLeast('capture.motionFrames', frameCount, limits.minFramesPerPrompt, 'FRAMES_TOO_FEW', promptIndex),
      atMost('capture.motionFrames', frameCount, limits.maxFramesPerPrompt, 'FRAMES_TOO_MANY', promptIndex),
    ]),
    ...perColour.flatMap((frameCount) => [
      atLeast('capture.colourFrames', frameCount, limits.minFramesPerColour, 'FRAMES_TOO_FEW', prompts.length),
      atMost('capture.colourFrames', frameCount, limits.maxFramesPerColour, 'FRAMES_TOO_MANY', prompts.length),
    ]),
    atMost('capture.durationMs', duration, limits.maxDurationMs, 'CAPTURE_TOO_SLOW'),
    atMost('capture.gapMs', longestGap, limits.maxGapMs, 'CAPTURE_TOO_SLOW'),
    atMost('capture.promptGapMs', longestPromptGap, limits.maxPromptGapMs, 'CAPTURE_TOO_SLOW'),
  ];
}
