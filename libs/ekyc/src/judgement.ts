import { checkBrightness } from './brightness-checks.ts';
import { MODEL_SET } from './descriptor-files.ts';
import { checkMatch, checkSamePerson, type MatchLimits } from './identity-checks.ts';
import { checkDocumentLight, checkScreenLight } from './light-checks.ts';
import { checkMotions } from './motion-checks.ts';
import type { ObservedFrame, ObservedPortrait, ShownDocument } from './observation.ts';
import { baselineOf, checkPresence } from './presence-checks.ts';
import { type Challenge, litPrompts } from './prompt.ts';
import { checkSharpness } from './sharpness-check.ts';
import { type Check, concluded, NO_SCORES, type Scores, type Verdict } from './verdict.ts';

/**
 * Judges what was observed: no picture and no model here. `before` are the checks of capture and document, which held;
 * they become part of the verdict. All checks must hold. `frames` are those of the face, `shown` those of the document.
 */
export function judge(
  before: readonly Check[],
  frames: readonly ObservedFrame[],
  challenge: Challenge,
  portrait: ObservedPortrait,
  matchLimits?: MatchLimits,
  shown: readonly ShownDocument[] = [],
): Verdict {
  const scores = { ...NO_SCORES, framesAnalysed: frames.length };
  const brightness = [...before, ...checkBrightness(frames)];
  if (brightness.some(({ held }) => !held)) return verdict(brightness, scores);
  const presence = [...brightness, ...checkPresence(frames)];
  if (baselineOf(frames).length === 0) return verdict(presence, scores);
  const motions = checkMotions(frames, challenge.prompts);
  const person = checkSamePerson(frames);
  const light = litPrompts(challenge).map((prompt) =>
    prompt.subject === 'face' ? checkScreenLight(frames, prompt) : checkDocumentLight(shown, prompt),
  );
  const match = checkMatch(frames, portrait.face, matchLimits);
  const checks = [
    ...presence,
    ...motions.checks,
    ...person.checks,
    ...light.flatMap(({ checks }) => checks),
    ...match.checks,
  ];
  const causes = checks.every(({ held }) => held) ? [] : checkSharpness(frames, match.recognised);
  return verdict([...causes, ...checks], {
    ...scores,
    ...person.scores,
    ...Object.assign({}, ...light.map((lit) => lit.scores)),
    ...match.scores,
    motions: motions.motions,
  });
}

/** The verdict that follows from checks. */
export function verdict(checks: readonly Check[], scores: Scores): Verdict {
  return { ...concluded(checks), scores, checks, models: MODEL_SET };
}
