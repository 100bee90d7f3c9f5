import type { ObservedFrame } from './observation.ts';
import { lightResponse, type ScreenColour } from './screen-light.ts';
import { THRESHOLDS } from './thresholds.ts';
import { atLeast, type Check, type Scores } from './verdict.ts';

/** Whether the face before the camera is lit by the screen: `promptIndex` is the place of the colours in the challenge. */
export function checkScreenLight(
  frames: readonly ObservedFrame[],
  colours: readonly ScreenColour[],
  promptIndex: number,
): { checks: Check[]; scores: Pick<Scores, 'screenLight'> } {
  const lit = frames.filter((frame) => frame.promptIndex === promptIndex);
  const { correlation, gain } = lightResponse(
    colours,
    byColour(colours, lit, ({ light }) => light),
  );
  const [least, weakest] = [THRESHOLDS.minLightCorrelation, THRESHOLDS.minLightGain];
  return {
    checks: [
      atLeast('light.correlation', correlation, least, 'SCREEN_LIGHT_NOT_SEEN', promptIndex),
      atLeast('light.gain', gain, weakest, 'SCREEN_LIGHT_NOT_SEEN', promptIndex),
    ],
    scores: { screenLight: { correlation, gain } },
  };
}

/** For each colour what its frames say, of those that say anything. */
function byColour<Frame extends { readonly colourIndex?: number | undefined }, Value>(
  colours: readonly ScreenColour[],
  frames: readonly Frame[],
  of: (frame: Frame) => Value,
): NonNullable<Value>[][] {
  return colours.map((_, k) =>
    frames
      .filter(({ colourIndex }) => colourIndex === k)
      .map(of)
      .filter((value) => value !== undefined && value !== null),
  );
}
