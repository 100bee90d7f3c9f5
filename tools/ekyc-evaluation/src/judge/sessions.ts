import {
  type EkycEngine,
  EkycError,
  type MatchLimits,
  type Outcome,
  type ReasonCode,
  type Verdict,
} from '@tegata/ekyc';
import type { EvaluationSet } from '../set/evaluation-set.ts';
import type { SessionEntry } from '../set/manifest.ts';
import { type Cost, costing, mapInLanes } from './cost.ts';

/**
 * What presentation attack detection (ISO/IEC 30107-1) said of a session: everything but whose face it is. `no response` where capture
 * or document were refused before a frame was looked at, or the engine failed.
 */
export type Presentation = 'bona fide' | 'attack' | 'no response';

/** A session, judged. */
export interface JudgedSession extends SessionEntry {
  readonly set: string;
  /** `failed` where the engine gave no verdict */
  readonly outcome: Outcome | 'failed';
  readonly reasons: readonly string[];
  readonly presentation: Presentation;
  readonly matchDistance: number | null;
  /** checks with what was measured, for whoever wants to know how near it was */
  readonly checks: readonly { readonly name: string; readonly measured: number; readonly held: boolean }[];
  readonly frames: number;
  readonly cost: Cost;
}

/** Reasons that say whose face it is, or why that can't be seen, not whether it is one. */
const COMPARISON: readonly ReasonCode[] = ['FACE_NOT_MATCHING', 'FACE_MATCH_UNCERTAIN', 'FRAMES_BLURRED'];

/** Judges every session as the authentication server does: by the same engine, with the same limits. */
export function judgeSessions(
  engine: Pick<EkycEngine, 'verifyIdentity'>,
  sets: readonly EvaluationSet[],
  { matchLimits, lanes, told }: { matchLimits: MatchLimits; lanes: number; told: (session: JudgedSession) => void },
): Promise<JudgedSession[]> {
  const sessions = sets.flatMap((set) => set.manifest.sessions.map((entry) => ({ set, entry })));
  return mapInLanes(sessions, lanes, async ({ set, entry }) => {
    const input = { ...set.session(entry), matchLimits };
    const { value, cost } = await costing(lanes === 1, () => verdictOrFailure(engine, input));
    const judged = { set: set.directory, ...entry, ...value, frames: input.frames.length, cost };
    told(judged);
    return judged;
  });
}

type Judgement = Pick<JudgedSession, 'outcome' | 'reasons' | 'presentation' | 'matchDistance' | 'checks'>;

async function verdictOrFailure(
  engine: Pick<EkycEngine, 'verifyIdentity'>,
  input: Parameters<EkycEngine['verifyIdentity']>[0],
): Promise<Judgement> {
  try {
    const verdict = await engine.verifyIdentity(input);
    return {
      outcome: verdict.outcome,
      reasons: verdict.reasons.map(({ code }) => code),
      presentation: presentationOf(verdict),
      matchDistance: verdict.scores.matchDistance,
      checks: verdict.checks.map(({ name, measured, held }) => ({ name, measured, held })),
    };
  } catch (error) {
    if (!(error instanceof EkycError)) throw error;
    return { outcome: 'failed', reasons: [error.code], presentation: 'no response', matchDistance: null, checks: [] };
  }
}

/** What presentation attack detection alone makes of a verdict. */
export function presentationOf({ checks, scores }: Pick<Verdict, 'checks' | 'scores'>): Presentation {
  if (scores.framesAnalysed === 0) return 'no response';
  return checks.every(({ held, reason }) => held || COMPARISON.includes(reason)) ? 'bona fide' : 'attack';
}
