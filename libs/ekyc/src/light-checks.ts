import type { ObservedFrame, ShownDocument } from './observation.ts';
import { printedLight } from './printed-light.ts';
import type { LitPrompt } from './prompt.ts';
import { lightResponse, type ScreenColour } from './screen-light.ts';
import { THRESHOLDS } from './thresholds.ts';
import { atLeast, atMost, type Check, type Scores } from './verdict.ts';

/** Whether the face before the camera is lit by the screen. */
export function checkScreenLight(
  frames: readonly ObservedFrame[],
  { colours, promptIndex }: Pick<LitPrompt, 'colours' | 'promptIndex'>,
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

/**
 * Whether the document of the picture that was sent is held before the camera, and reflects the light of the screen. `shown` are the frames of the
 * prompt; those in which another document is seen, or none, are no evidence of it. Without the document no light is judged.
 */
export function checkDocumentLight(
  shown: readonly ShownDocument[],
  { colours, promptIndex }: Pick<LitPrompt, 'colours' | 'promptIndex'>,
): { checks: Check[]; scores: Pick<Scores, 'documentLight'> } {
  const { minDocumentLikeness, minDocumentLightCorrelation, minDocumentLightGain } = THRESHOLDS;
  const likest = byColour(colours, shown, ({ seen }) => seen?.likeness).map((found) => Math.max(-1, ...found));
  const missing = byColour(colours, shown, ({ seen }) => seen).filter((found) => found.length === 0).length;
  const likeness = Math.min(...likest);
  const checks = [atMost('documentLight.missing', missing, 0, 'DOCUMENT_NOT_SHOWN', promptIndex)];
  if (missing > 0) return { checks, scores: { documentLight: null } };
  checks.push(atLeast('documentLight.likeness', likeness, minDocumentLikeness, 'DOCUMENT_CHANGED', promptIndex));
  if (likeness < minDocumentLikeness)
    return { checks, scores: { documentLight: { likeness, correlation: 0, gain: 0 } } };
  const same = shown.flatMap(({ colourIndex, seen }) =>
    seen !== undefined && seen.likeness >= minDocumentLikeness ? [{ colourIndex, seen }] : [],
  );
  const lights = printedLight(same.map(({ seen }) => seen));
  const lit = same.map(({ colourIndex }, k) => ({ colourIndex, light: lights[k] }));
  const { correlation, gain } = lightResponse(
    colours,
    byColour(colours, lit, ({ light }) => light),
  );
  const reason = 'DOCUMENT_LIGHT_NOT_SEEN';
  checks.push(
    atLeast('documentLight.correlation', correlation, minDocumentLightCorrelation, reason, promptIndex),
    atLeast('documentLight.gain', gain, minDocumentLightGain, reason, promptIndex),
  );
  return { checks, scores: { documentLight: { likeness, correlation, gain } } };
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
