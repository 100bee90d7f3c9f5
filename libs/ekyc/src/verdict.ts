import type { Prompt } from './prompt.ts';
import { REASONS, type Reason, type ReasonCode, reason } from './reasons.ts';
import type { LightResponse } from './screen-light.ts';

/** How a verification ended. `review` is for a person to decide, or for another try. */
export type Outcome = 'accepted' | 'refused' | 'review';

/** One thing that had to hold. */
export interface Check {
  /** what was checked, `subject.aspect` */
  readonly name: string;
  /** the motion it is about, by its place in the challenge */
  readonly promptIndex?: number;
  readonly measured: number;
  readonly limit: number;
  readonly held: boolean;
  /** what not holding means */
  readonly reason: ReasonCode;
}

/** How far one motion went. */
export interface MotionScore {
  readonly prompt: Prompt;
  /** degrees from the baseline at the peak, in the direction asked */
  readonly degrees: number;
  /** planarity residual at the peak, in eye distances */
  readonly parallax: number;
  /** shift of what stands out of the face at the peak; the sine of `degrees`, or not much less, for a head */
  readonly relief: number;
  /** by how much the face is foreshortened at the peak: the sine of the angle that it, or a picture of it, is turned by */
  readonly foreshortening: number;
}

/** The figures behind a verdict, for the audit record. Null where the analysis did not come to it. */
export interface Scores {
  readonly framesAnalysed: number;
  /** mean baseline descriptor against the portrait */
  readonly matchDistance: number | null;
  /** detail of the live face against the portrait's, -1..1 */
  readonly detailCorrelation: number | null;
  /** largest distance of a frame's descriptor from the baseline, and from the frame before */
  readonly identityDistance: number | null;
  readonly identityStep: number | null;
  /** share of pairs of frames in which the picture stood still */
  readonly frozenShare: number | null;
  /** how the face answered the colours of the screen; null also where none were asked */
  readonly screenLight: LightResponse | null;
  /** how the document did, and how like that of the picture it is, -1..1; null also where it was not asked for, or not seen */
  readonly documentLight: (LightResponse & { readonly likeness: number }) | null;
  readonly motions: readonly MotionScore[];
}

/** The judgement of a document and an ID photo. It holds no picture and no descriptor. */
export interface Verdict {
  readonly outcome: Outcome;
  /** empty when accepted; what is wrong otherwise, most basic first, each once */
  readonly reasons: readonly Reason[];
  readonly scores: Scores;
  readonly checks: readonly Check[];
  /** packages and versions of the models that judged */
  readonly models: string;
}

/** The scores before anything was analysed. */
export const NO_SCORES: Scores = {
  framesAnalysed: 0,
  matchDistance: null,
  detailCorrelation: null,
  identityDistance: null,
  identityStep: null,
  frozenShare: null,
  screenLight: null,
  documentLight: null,
  motions: [],
};

/** A check that holds up to a limit. */
export function atMost(name: string, measured: number, limit: number, code: ReasonCode, promptIndex?: number): Check {
  return check(name, measured, limit, measured <= limit, code, promptIndex);
}

/** A check that holds from a limit on. */
export function atLeast(name: string, measured: number, limit: number, code: ReasonCode, promptIndex?: number): Check {
  return check(name, measured, limit, measured >= limit, code, promptIndex);
}

function check(
  name: string,
  measured: number,
  limit: number,
  held: boolean,
  code: ReasonCode,
  promptIndex: number | undefined,
): Check {
  return { name, measured, limit, held, reason: code, ...(promptIndex !== undefined && { promptIndex }) };
}

/**
 * What the checks amount to: refused when one fails, review when only such as ask for a second look fail. What may be the cause is told with
 * either.
 */
export function concluded(checks: readonly Check[]): { outcome: Outcome; reasons: Reason[] } {
  const codes = [...new Set(checks.filter(({ held }) => !held).map((failed) => failed.reason))];
  const told = codes.filter((code) => !('review' in REASONS[code]));
  if (told.some((code) => !('beside' in REASONS[code]))) return { outcome: 'refused', reasons: told.map(reason) };
  return { outcome: codes.length > 0 ? 'review' : 'accepted', reasons: codes.map(reason) };
}
