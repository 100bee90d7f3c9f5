import { type Rate, rateOf } from '../statistics/binomial-interval.ts';
import type { JudgedSession } from './sessions.ts';

/** What became of the sessions of one kind. */
export interface KindResult {
  readonly kind: string;
  /** `impostor`: somebody else's document without any trick; no presentation attack */
  readonly role: 'genuine' | 'attack' | 'impostor';
  readonly sessions: number;
  readonly accepted: Rate;
  readonly review: number;
  readonly refused: number;
  /** engine failures */
  readonly failed: number;
  /**
   * classified wrongly by presentation attack detection alone: of attacks APCER, of genuine sessions and impostors, who are people
   * before the camera, BPCER. Sessions without a response are not counted, as ISO/IEC 30107-3 has it
   */
  readonly misclassified: Rate;
  /** share without a response: APNRR, BPNRR */
  readonly noResponse: Rate;
  /** reasons, the most frequent first */
  readonly reasons: readonly (readonly [code: string, sessions: number])[];
}

/** Results by kind: genuine first, then as they come. */
export function byKind(sessions: readonly JudgedSession[]): KindResult[] {
  const kinds = [...new Set(sessions.map(({ kind }) => kind))];
  const results = kinds.map((kind) =>
    resultOf(
      kind,
      sessions.filter((session) => session.kind === kind),
    ),
  );
  return results.sort((a, b) => Number(b.role === 'genuine') - Number(a.role === 'genuine'));
}

function resultOf(kind: string, sessions: readonly JudgedSession[]): KindResult {
  const count = (holds: (session: JudgedSession) => boolean) => sessions.filter(holds).length;
  const role = roleOf(sessions);
  const responded = sessions.filter(({ presentation }) => presentation !== 'no response');
  const wrongly = role === 'attack' ? 'bona fide' : 'attack';
  const codes = new Map<string, number>();
  for (const code of sessions.flatMap(({ reasons }) => reasons)) codes.set(code, (codes.get(code) ?? 0) + 1);
  return {
    ...{ kind, role, sessions: sessions.length },
    accepted: rateOf(
      count(({ outcome }) => outcome === 'accepted'),
      sessions.length,
    ),
    review: count(({ outcome }) => outcome === 'review'),
    refused: count(({ outcome }) => outcome === 'refused'),
    failed: count(({ outcome }) => outcome === 'failed'),
    misclassified: rateOf(responded.filter(({ presentation }) => presentation === wrongly).length, responded.length),
    noResponse: rateOf(sessions.length - responded.length, sessions.length),
    reasons: [...codes].sort((a, b) => b[1] - a[1]),
  };
}

/** The truth about sessions is what the set expects of them, and whether the person is who is claimed. */
function roleOf(sessions: readonly JudgedSession[]): KindResult['role'] {
  if (sessions.every(({ expect }) => expect === 'accept')) return 'genuine';
  return sessions.every(({ claimed, actual }) => claimed !== actual) ? 'impostor' : 'attack';
}
