import { percentiles } from '@tegata/benchmark/percentiles';
import { DocumentReader, EkycEngine, type MatchLimits } from '@tegata/ekyc';
import { type JudgedChip, judgeChips } from './judge/chips.ts';
import { type Comparisons, compareFaces } from './judge/comparisons.ts';
import type { Cost } from './judge/cost.ts';
import {
  type DocumentKindResult,
  documentKinds,
  type JudgedPresentation,
  judgePresentations,
} from './judge/document-presentations.ts';
import { type FieldResult, type JudgedDocument, readDocuments, readingRates } from './judge/documents.ts';
import { type HeldKindResult, heldKinds, type JudgedHeld, judgeHeld } from './judge/held-documents.ts';
import { byKind, type KindResult } from './judge/presentation-attacks.ts';
import { type Kept, promisesOf } from './judge/promises.ts';
import { type JudgedSession, judgeSessions } from './judge/sessions.ts';
import type { EvaluationSet } from './set/evaluation-set.ts';
import { SetError } from './set/fields.ts';
import {
  type Distances,
  decidability,
  type EqualErrorRate,
  type ErrorRates,
  equalErrorRate,
  errorRatesAt,
} from './statistics/error-rates.ts';

/** What is measured with. */
export interface MeasureOptions {
  readonly matchLimits: MatchLimits;
  /** worker threads, and decisions at once */
  readonly workers: number;
  /** time at which chips are verified and dates of zones understood */
  readonly at: Date;
  readonly progress: (text: string) => void;
}

/** How well distances of faces tell people apart. */
export interface ComparisonResult {
  readonly comparisons: { readonly genuine: number; readonly impostor: number };
  /** comparisons of whom nobody says whether they are one person, in no rate: how many, and how many up to each limit */
  readonly unknown: { readonly comparisons: number; readonly upToAccept: number; readonly upToRefuse: number };
  readonly farthestGenuine: number;
  readonly nearestImpostor: number;
  readonly equalErrorRate: EqualErrorRate;
  readonly decidability: number;
  /** at the limit up to which faces are accepted, and at the one beyond which they are refused */
  readonly atAccept: ErrorRates;
  readonly atRefuse: ErrorRates;
}

/** Times of one kind of decision, in milliseconds. */
export interface Times {
  readonly decisions: number;
  readonly wallP50: number;
  readonly wallP95: number;
  /** null where several decisions ran at once */
  readonly cpuP50: number | null;
  readonly cpuP95: number | null;
}

/** What was seen, nothing counted yet: of one run, or of several put together. */
export interface Measurements {
  readonly sets: readonly string[];
  readonly matchLimits: MatchLimits;
  /** who is in the sets */
  readonly people: readonly string[];
  readonly comparisons: Comparisons;
  readonly sessions: readonly JudgedSession[];
  readonly documents: readonly JudgedDocument[];
  /** absent in what was measured before there were any */
  readonly presentations?: readonly JudgedPresentation[];
  readonly held?: readonly JudgedHeld[];
  readonly chips: readonly JudgedChip[];
  /** highest resident memory of the process, workers included */
  readonly peakMemoryMiB: number;
}

/** What measurements amount to. Parts of which the sets have nothing are undefined, or empty. */
export interface Evaluation {
  readonly sets: readonly string[];
  readonly matchLimits: MatchLimits;
  readonly people: number;
  readonly faceless: readonly string[];
  readonly portraits: ComparisonResult | undefined;
  readonly genuineSessions: ComparisonResult | undefined;
  readonly kinds: readonly KindResult[];
  /** pictures of documents, and of pictures of documents, by what is before the camera */
  readonly documentKinds: readonly DocumentKindResult[];
  /** documents in the light of a screen, by what is held before the camera */
  readonly heldKinds: readonly HeldKindResult[];
  readonly reading: readonly FieldResult[];
  readonly chips: { readonly right: number; readonly of: number };
  readonly promises: readonly Kept[];
  readonly times: { readonly verification: Times | undefined; readonly reading: Times | undefined };
  readonly peakMemoryMiB: number;
}

/** Queue and deadline that a measurement never comes to: what is too slow is told by its time. */
const PATIENT = { queueLimit: 64, decisionDeadlineMs: 600_000 };

/**
 * Measures sets, taken as one. Sessions first, then faces, documents and chips; the engine that verifies is gone before documents are
 * read, so that the peak of memory is one of them, not of both.
 *
 * @throws SetError where a set is found to be unusable on the way
 */
export async function measure(sets: readonly EvaluationSet[], options: MeasureOptions): Promise<Measurements> {
  const { matchLimits, at, progress } = options;
  const { sessions, comparisons } = await verified(sets, options);
  const { documents, presentations } = await read(sets, options);
  const lit = ({ name, response, reasons }: JudgedHeld) => progress([name, response, ...reasons].join(' '));
  const held = await judgeHeld(sets, lit);
  const chips = judgeChips(sets, at);
  progress(`${chips.length} chips verified`);
  const named = sets.flatMap(({ manifest }) => [
    ...manifest.identities,
    ...manifest.sessions.flatMap(({ claimed, actual }) => [claimed, actual]),
  ]);
  return {
    sets: sets.map(({ directory }) => directory),
    ...{ matchLimits, people: [...new Set(named)], comparisons, sessions, documents, presentations, held, chips },
    peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
  };
}

/** Counts what was measured. */
export function evaluationOf(measurements: Measurements): Evaluation {
  const { sets, matchLimits, people, comparisons, sessions, documents, chips, peakMemoryMiB } = measurements;
  const kinds = byKind(sessions);
  const analysed = sessions.filter(({ presentation }) => presentation !== 'no response');
  return {
    ...{ sets, matchLimits, people: people.length, faceless: comparisons.faceless, kinds, peakMemoryMiB },
    portraits: comparisonResult(comparisons.portraits, matchLimits),
    genuineSessions: comparisonResult(comparisons.sessions, matchLimits),
    documentKinds: documentKinds(documents, measurements.presentations ?? []),
    heldKinds: heldKinds(measurements.held ?? []),
    reading: readingRates(documents),
    chips: { right: chips.filter(({ right }) => right).length, of: chips.length },
    promises: promisesOf(kinds, documents, chips),
    times: { verification: timesOf(analysed), reading: timesOf(documents) },
  };
}

/**
 * Several runs as one: for sets that were measured at different times, or on different machines. The same name is the same person.
 *
 * @throws SetError for runs with different limits, which can't be counted together, or none
 */
export function together(runs: readonly Measurements[]): Measurements {
  const [first] = runs;
  if (first === undefined) throw new SetError('measurements', 'there are none');
  const { accept, refuse } = first.matchLimits;
  if (runs.some(({ matchLimits }) => matchLimits.accept !== accept || matchLimits.refuse !== refuse)) {
    throw new SetError('measurements', 'were made with different limits of the match');
  }
  const distances = (of: 'portraits' | 'sessions'): Distances => ({
    genuine: runs.flatMap(({ comparisons }) => comparisons[of].genuine),
    impostor: runs.flatMap(({ comparisons }) => comparisons[of].impostor),
    unknown: runs.flatMap(({ comparisons }) => comparisons[of].unknown ?? []),
  });
  return {
    sets: runs.flatMap(({ sets }) => sets),
    matchLimits: first.matchLimits,
    people: [...new Set(runs.flatMap(({ people }) => people))],
    comparisons: {
      ...{ portraits: distances('portraits'), sessions: distances('sessions') },
      faceless: runs.flatMap(({ comparisons }) => comparisons.faceless),
    },
    sessions: runs.flatMap(({ sessions }) => sessions),
    documents: runs.flatMap(({ documents }) => documents),
    presentations: runs.flatMap(({ presentations }) => presentations ?? []),
    held: runs.flatMap(({ held }) => held ?? []),
    chips: runs.flatMap(({ chips }) => chips),
    peakMemoryMiB: Math.max(...runs.map((run) => run.peakMemoryMiB)),
  };
}

async function verified(
  sets: readonly EvaluationSet[],
  { matchLimits, workers, progress }: MeasureOptions,
): Promise<{ sessions: JudgedSession[]; comparisons: Comparisons }> {
  const engine = await EkycEngine.start({ ...PATIENT, workers });
  try {
    const told = ({ name, outcome, reasons }: JudgedSession) => progress([name, outcome, ...reasons].join(' '));
    const sessions = await judgeSessions(engine, sets, { matchLimits, lanes: workers, told });
    progress('comparing faces');
    return { sessions, comparisons: await compareFaces(engine, sets, workers) };
  } finally {
    await engine.close();
  }
}

async function read(
  sets: readonly EvaluationSet[],
  { workers, at, progress }: MeasureOptions,
): Promise<{ documents: JudgedDocument[]; presentations: JudgedPresentation[] }> {
  if (sets.every(({ manifest }) => manifest.documents.length + manifest.presentations.length === 0))
    return { documents: [], presentations: [] };
  const reader = await DocumentReader.start({ ...PATIENT, workers });
  try {
    const told = ({ file, readAs }: JudgedDocument) => progress(`${file} read as ${readAs ?? 'nothing known'}`);
    const documents = await readDocuments(reader, sets, { lanes: workers, at, told });
    const seen = ({ file, response, faults }: JudgedPresentation) => progress([file, response, ...faults].join(' '));
    return { documents, presentations: await judgePresentations(reader, sets, { lanes: workers, told: seen }) };
  } finally {
    await reader.close();
  }
}

function comparisonResult(distances: Distances, { accept, refuse }: MatchLimits): ComparisonResult | undefined {
  const { genuine, impostor, unknown = [] } = distances;
  const upTo = (limit: number) => unknown.filter((distance) => distance <= limit).length;
  if (genuine.length === 0 || impostor.length === 0) return undefined;
  return {
    comparisons: { genuine: genuine.length, impostor: impostor.length },
    unknown: { comparisons: unknown.length, upToAccept: upTo(accept), upToRefuse: upTo(refuse) },
    farthestGenuine: Math.max(...genuine),
    nearestImpostor: Math.min(...impostor),
    equalErrorRate: equalErrorRate(distances),
    decidability: decidability(distances),
    atAccept: errorRatesAt(distances, accept),
    atRefuse: errorRatesAt(distances, refuse),
  };
}

function timesOf(decisions: readonly { readonly cost: Cost }[]): Times | undefined {
  if (decisions.length === 0) return undefined;
  const wall = percentiles(decisions.map(({ cost }) => cost.wallMs));
  const alone = decisions.flatMap(({ cost }) => cost.cpuMs ?? []);
  const cpu = alone.length === decisions.length ? percentiles(alone) : undefined;
  return {
    decisions: decisions.length,
    ...{ wallP50: wall.p50, wallP95: wall.p95, cpuP50: cpu?.p50 ?? null, cpuP95: cpu?.p95 ?? null },
  };
}
