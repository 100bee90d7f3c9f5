import { type Challenge, litPrompts } from './prompt.ts';
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
export function checkCapture(frames: readonly FramePlace[], challenge: Challenge): Check[] {
  const limits = CAPTURE_LIMITS;
  const { prompts } = challenge;
  const lit = litPrompts(challenge);
  const document = lit.find(({ subject }) => subject === 'document');
  const count = (promptIndex: number) => frames.filter((frame) => frame.promptIndex === promptIndex).length;
  const baseline = count(-1);
  const perPrompt = prompts.map((_, promptIndex) => count(promptIndex));
  const last = prompts.length + lit.length - 1;
  let disorder = frames.filter(({ promptIndex, colourIndex }) => {
    const colours = lit.find((prompt) => prompt.promptIndex === promptIndex)?.colours;
    return colours === undefined ? colourIndex !== undefined : colours[colourIndex ?? -1] === undefined;
  }).length;
  let longestGap = 0;
  let longestPromptGap = 0;
  frames.forEach((frame, k) => {
    const before = frames[k - 1];
    if (!Number.isInteger(frame.promptIndex) || frame.promptIndex < -1 || frame.promptIndex > last) disorder++;
    if (before === undefined) return;
    // a frame of an earlier motion or an earlier time after a later one
    const isOfOne = frame.promptIndex === before.promptIndex;
    if (isOfOne && (frame.colourIndex ?? -1) < (before.colourIndex ?? -1)) disorder++;
    if (frame.promptIndex < before.promptIndex || !(frame.capturedAtMs > before.capturedAtMs)) disorder++;
    const gap = frame.capturedAtMs - before.capturedAtMs;
    if (isOfOne) longestGap = Math.max(longestGap, gap);
    else longestPromptGap = Math.max(longestPromptGap, gap);
  });
  const duration = (frames.at(-1)?.capturedAtMs ?? 0) - (frames[0]?.capturedAtMs ?? 0);
  return [
    atMost('capture.disorder', disorder, 0, 'FRAMES_OUT_OF_ORDER'),
    atMost(
      'capture.frames',
      frames.length - (document ? count(document.promptIndex) : 0),
      limits.maxFrames,
      'FRAMES_TOO_MANY',
    ),
    atLeast('capture.baselineFrames', baseline, limits.minBaselineFrames, 'FRAMES_TOO_FEW'),
    atMost('capture.baselineFrames', baseline, limits.maxBaselineFrames, 'FRAMES_TOO_MANY'),
    ...perPrompt.flatMap((frameCount, promptIndex) => [
      atLeast('capture.motionFrames', frameCount, limits.minFramesPerPrompt, 'FRAMES_TOO_FEW', promptIndex),
      atMost('capture.motionFrames', frameCount, limits.maxFramesPerPrompt, 'FRAMES_TOO_MANY', promptIndex),
    ]),
    ...lit.flatMap(({ colours, promptIndex }) =>
      colours.flatMap((_, colour) => {
        const lit = frames.filter((frame) => frame.promptIndex === promptIndex && frame.colourIndex === colour).length;
        return [
          atLeast('capture.colourFrames', lit, limits.minFramesPerColour, 'FRAMES_TOO_FEW', promptIndex),
          atMost('capture.colourFrames', lit, limits.maxFramesPerColour, 'FRAMES_TOO_MANY', promptIndex),
        ];
      }),
    ),
    atMost(
      'capture.durationMs',
      duration,
      limits.maxDurationMs + (document ? limits.documentMs : 0),
      'CAPTURE_TOO_SLOW',
    ),
    atMost('capture.gapMs', longestGap, limits.maxGapMs, 'CAPTURE_TOO_SLOW'),
    atMost('capture.promptGapMs', longestPromptGap, limits.maxPromptGapMs, 'CAPTURE_TOO_SLOW'),
  ];
}
