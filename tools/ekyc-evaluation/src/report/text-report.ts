import type { ComparisonResult, Evaluation, Times } from '../evaluate.ts';
import type { DocumentKindResult } from '../judge/document-presentations.ts';
import type { HeldKindResult } from '../judge/held-documents.ts';
import type { KindResult } from '../judge/presentation-attacks.ts';
import type { Rate } from '../statistics/binomial-interval.ts';
import type { ErrorRates } from '../statistics/error-rates.ts';
import { table } from './table.ts';

/** What was measured, for people. Intervals are exact (Clopper-Pearson) and of 95 %, on both sides. */
export function textReport(result: Evaluation): string {
  const { sets, kinds, documentKinds, heldKinds, reading, chips, promises, matchLimits } = result;
  return [
    `Sets: ${sets.join(', ')}`,
    'Intervals are exact (Clopper-Pearson), 95 %, and take trials for independent: sessions of one person are not quite.',
    'Where nothing was seen, "up to" is what the rate is at most with 95 % confidence: about 3 of n (the rule of three).',
    ...section('Comparison of faces', [
      `${result.people} people; accepted up to ${matchLimits.accept}, refused beyond ${matchLimits.refuse}, a person decides between.`,
      ...comparison('photographs, live with document', result.portraits),
      ...comparison('genuine sessions with every document', result.genuineSessions),
      ...(result.faceless.length > 0 ? [`no face found in: ${result.faceless.join(', ')}`] : []),
    ]),
    ...section('Sessions, by the whole engine', kinds.length === 0 ? ['none in the sets'] : sessions(kinds)),
    ...section('Presentation attack detection alone (ISO/IEC 30107-3)', presentation(kinds)),
    ...section(
      'Pictures of pictures of documents, by DOCUMENT_RECAPTURED alone (ISO/IEC 30107-3)',
      presentedDocuments(documentKinds),
    ),
    ...section(
      'Documents held before the camera in the light of a screen, by that light alone (ISO/IEC 30107-3)',
      heldDocuments(heldKinds),
    ),
    ...section(
      'Reading documents',
      reading.length === 0
        ? ['no documents in the sets']
        : table(
            ['document', 'field', 'read right', 'interval', 'wrong', 'missing'],
            reading.map(({ type, field, right, wrong, missing }) => [
              ...[type, field, counted(right), interval(right), String(wrong), String(missing)],
            ]),
          ),
    ),
    ...section('Chips', [chips.of === 0 ? 'none in the sets' : `${chips.right} of ${chips.of} judged right`]),
    ...section('Cost', [
      ...times('verification', result.times.verification),
      ...times('reading a document', result.times.reading),
      `peak memory of the process, with its workers: ${result.peakMemoryMiB.toFixed(0)} MiB`,
    ]),
    ...section(
      'Promises',
      promises.map(({ promise, kept, measured }) => `${kept ? 'kept  ' : 'BROKEN'} ${promise}: ${measured}`),
    ),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function comparison(what: string, result: ComparisonResult | undefined): string[] {
  if (result === undefined) return [`${what}: not both kinds of comparisons in the sets`];
  const { comparisons, unknown, farthestGenuine, nearestImpostor, equalErrorRate, decidability, atAccept, atRefuse } =
    result;
  return [
    `${what}: ${comparisons.genuine} of one person, ${comparisons.impostor} of two`,
    `  EER ${percent(equalErrorRate.rate)} at ${equalErrorRate.limit.toFixed(3)}; same person up to ${farthestGenuine.toFixed(3)}, others from ${nearestImpostor.toFixed(3)}; d' ${decidability.toFixed(2)}`,
    ...[atAccept, atRefuse].map((rates) => `  ${errors(rates)}`),
    ...(unknown.comparisons === 0
      ? []
      : [
          `  ${unknown.comparisons} more of whom nobody says whether they are one person, in no rate: ${unknown.upToAccept} up to ${atAccept.limit.toFixed(3)}, ${unknown.upToRefuse} up to ${atRefuse.limit.toFixed(3)}`,
        ]),
  ];
}

function errors({ limit, falseAccepts, falseRejects }: ErrorRates): string {
  return `at ${limit.toFixed(3)}: FAR ${rate(falseAccepts)}, FRR ${rate(falseRejects)}`;
}

function sessions(kinds: readonly KindResult[]): string[] {
  return table(
    ['kind', 'n', 'accepted', 'interval', 'review', 'refused', 'failed', 'most frequent reasons'],
    kinds.map(({ kind, accepted, sessions: n, review, refused, failed, reasons }) => [
      ...[kind, String(n), counted(accepted), interval(accepted), String(review), String(refused), String(failed)],
      mostFrequent(reasons),
    ]),
  );
}

function presentation(kinds: readonly KindResult[]): string[] {
  if (kinds.length === 0) return [];
  const rows = kinds.map(({ kind, role, misclassified, noResponse }) => [
    ...[kind, role === 'attack' ? 'APCER' : 'BPCER', rate(misclassified), counted(noResponse)],
  ]);
  return [...table(['kind', 'rate', 'classified wrongly', 'no response'], rows), ...worst('kind', kinds)];
}

function presentedDocuments(kinds: readonly DocumentKindResult[]): string[] {
  if (kinds.length === 0) return [];
  return [
    ...table(
      ['before the camera', 'rate', 'classified wrongly', 'no response', 'no fault at all', 'most frequent faults'],
      kinds.map(({ kind, role, misclassified, noResponse, goesOn, faults }) => [
        ...[kind, role === 'attack' ? 'APCER' : 'BPCER', rate(misclassified), counted(noResponse), counted(goesOn)],
        mostFrequent(faults),
      ]),
    ),
    ...worst('instrument', kinds),
    'A picture without fault is read and judged further; a picture of a document alone is assurance level 1, whatever stands here.',
  ];
}

function heldDocuments(kinds: readonly HeldKindResult[]): string[] {
  if (kinds.length === 0) return [];
  const figures = ({ spread }: HeldKindResult, of: 'likeness' | 'correlation' | 'gain') =>
    spread === null ? '-' : spread[of].map((value) => value.toFixed(3)).join(' / ');
  return [
    ...table(
      ['held', 'rate', 'classified wrongly', 'no response', 'likeness', 'correlation', 'gain', 'most frequent reasons'],
      kinds.map((result) => [
        ...[result.kind, result.role === 'attack' ? 'APCER' : 'BPCER', rate(result.misclassified)],
        ...[counted(result.noResponse), figures(result, 'likeness'), figures(result, 'correlation')],
        ...[figures(result, 'gain'), mostFrequent(result.faults)],
      ]),
    ),
    ...worst('instrument', kinds),
    'What reflects light as a document does is none the less an attack: a print is expected to pass. No response: another picture of the document would be asked for.',
  ];
}

/** APCER of a presentation attack detection is that of what it tells least. */
function worst(
  what: string,
  kinds: readonly Pick<DocumentKindResult | KindResult, 'kind' | 'role' | 'misclassified'>[],
): string[] {
  const [least] = kinds
    .filter(({ role, misclassified }) => role === 'attack' && misclassified.trials > 0)
    .sort((a, b) => b.misclassified.rate - a.misclassified.rate);
  return least === undefined
    ? []
    : [`APCER of the worst ${what}: ${percent(least.misclassified.rate)} (${least.kind})`];
}

function times(what: string, measured: Times | undefined): string[] {
  if (measured === undefined) return [];
  const { decisions, wallP50, wallP95, cpuP50, cpuP95 } = measured;
  const cpu = cpuP50 === null || cpuP95 === null ? '' : `; processor ${seconds(cpuP50)} / ${seconds(cpuP95)}`;
  return [`${what}, p50 / p95 of ${decisions}: ${seconds(wallP50)} / ${seconds(wallP95)}${cpu}`];
}

/** A rate with its counts and interval; where nothing was seen, what it may be all the same. */
export function rate(measured: Rate): string {
  if (measured.trials === 0) return 'no trials';
  const { events, trials, atMost } = measured;
  if (events === 0) return `0 of ${trials} (up to ${percent(atMost)})`;
  return `${percent(measured.rate)}, ${events} of ${trials} (${interval(measured)})`;
}

const mostFrequent = (codes: readonly (readonly [code: string, count: number])[]) =>
  codes
    .slice(0, 3)
    .map(([code, count]) => `${code} ${count}`)
    .join(', ');
const counted = ({ events, trials }: Rate) => `${events} of ${trials}`;
const interval = ({ low, high }: Rate) => `${percent(low)} to ${percent(high)}`;
const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;

/** A share in percent, with two digits that count. */
export function percent(share: number): string {
  const value = 100 * share;
  return `${value === 0 || value >= 10 ? Number(value.toFixed(1)) : Number(value.toPrecision(2))} %`;
}
