import type { JudgedChip } from './chips.ts';
import { type JudgedDocument, ZONE } from './documents.ts';
import type { KindResult } from './presentation-attacks.ts';

/** Something that the engine promises, and whether the sets bear it out. */
export interface Kept {
  readonly promise: string;
  readonly kept: boolean;
  readonly measured: string;
}

/** Share of genuine sessions that has to be accepted. */
const GENUINE = 0.98;

/** The promises that the sets say something about. */
export function promisesOf(
  kinds: readonly KindResult[],
  documents: readonly Pick<JudgedDocument, 'readFields'>[],
  chips: readonly Pick<JudgedChip, 'right'>[],
): Kept[] {
  const genuine = sum(kinds.filter(({ role }) => role === 'genuine'));
  const attacks = sum(kinds.filter(({ role }) => role !== 'genuine'));
  const zones = documents.flatMap(({ readFields }) => readFields).filter(({ field }) => field === ZONE);
  const exact = zones.filter(({ read, truth }) => read === truth).length;
  const right = chips.filter((chip) => chip.right).length;
  const all = [
    {
      promise: 'genuine sessions accepted, at least 98 %',
      kept: genuine.accepted >= GENUINE * genuine.sessions,
      ...of(genuine.accepted, genuine.sessions),
    },
    {
      promise: 'attacks and impostors accepted, none',
      kept: attacks.accepted === 0,
      ...of(attacks.accepted, attacks.sessions),
    },
    { promise: 'chips judged right, all', kept: right === chips.length, ...of(right, chips.length) },
    { promise: 'machine readable zones exact, all', kept: exact === zones.length, ...of(exact, zones.length) },
  ];
  return all.filter(({ trials }) => trials > 0).map(({ promise, kept, measured }) => ({ promise, kept, measured }));
}

function sum(kinds: readonly KindResult[]): { accepted: number; sessions: number } {
  return {
    accepted: kinds.reduce((total, { accepted }) => total + accepted.events, 0),
    sessions: kinds.reduce((total, { sessions }) => total + sessions, 0),
  };
}

const of = (events: number, trials: number) => ({ measured: `${events} of ${trials}`, trials });
