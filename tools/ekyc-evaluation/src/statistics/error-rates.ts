import { type Rate, rateOf } from './binomial-interval.ts';

/** Distances of comparisons, by what is true of them: the same person's pictures, and two people's. */
export interface Distances {
  readonly genuine: readonly number[];
  readonly impostor: readonly number[];
  /** of whom nobody says whether they are one person or two: in no rate; absent in what was measured before there were any */
  readonly unknown?: readonly number[];
}

/** Errors at one limit: a comparison is accepted up to it. */
export interface ErrorRates {
  readonly limit: number;
  /** others accepted (FAR; of the comparison alone, FMR) */
  readonly falseAccepts: Rate;
  /** the same person refused (FRR; FNMR) */
  readonly falseRejects: Rate;
}

/** Errors at a limit. */
export function errorRatesAt({ genuine, impostor }: Distances, limit: number): ErrorRates {
  return {
    limit,
    falseAccepts: rateOf(impostor.filter((distance) => distance <= limit).length, impostor.length),
    falseRejects: rateOf(genuine.filter((distance) => distance > limit).length, genuine.length),
  };
}

/** One step of the curve of errors. Shares from 0 to 1. */
export interface CurvePoint {
  readonly limit: number;
  readonly falseAccepts: number;
  readonly falseRejects: number;
}

/**
 * Errors at every limit at which they change, from the smallest: first nothing is accepted, in the end everything.
 *
 * @throws RangeError without comparisons of either kind
 */
export function errorCurve({ genuine, impostor }: Distances): CurvePoint[] {
  if (genuine.length === 0 || impostor.length === 0) throw new RangeError('no comparisons');
  const [own, others] = [genuine.toSorted(ascending), impostor.toSorted(ascending)];
  const limits = [...new Set([...own, ...others])].sort(ascending);
  let [accepted, wrongly] = [0, 0];
  const points = limits.map((limit) => {
    while (accepted < own.length && own[accepted]! <= limit) accepted++;
    while (wrongly < others.length && others[wrongly]! <= limit) wrongly++;
    return { limit, falseAccepts: wrongly / others.length, falseRejects: 1 - accepted / own.length };
  });
  return [{ limit: Number.NEGATIVE_INFINITY, falseAccepts: 0, falseRejects: 1 }, ...points];
}

/** Where both errors are equal. */
export interface EqualErrorRate {
  /** mean of the two shares at the limit at which they are nearest to each other */
  readonly rate: number;
  /** that limit; the middle of the gap where the two kinds of distances do not overlap */
  readonly limit: number;
}

/** The equal error rate. @throws RangeError without comparisons of either kind */
export function equalErrorRate(distances: Distances): EqualErrorRate {
  const farthest = Math.max(...distances.genuine);
  const nearest = Math.min(...distances.impostor);
  const curve = errorCurve(distances);
  if (farthest < nearest) return { rate: 0, limit: (farthest + nearest) / 2 };
  const gap = ({ falseAccepts, falseRejects }: CurvePoint) => Math.abs(falseAccepts - falseRejects);
  const best = curve.reduce((nearestYet, point) => (gap(point) < gap(nearestYet) ? point : nearestYet));
  return { rate: (best.falseAccepts + best.falseRejects) / 2, limit: best.limit };
}

/**
 * How many standard deviations lie between the means of the two kinds (the decidability d' of Daugman): tells apart what both have an
 * equal error rate of 0. NaN where there are not two of each.
 */
export function decidability({ genuine, impostor }: Distances): number {
  const [own, others] = [moments(genuine), moments(impostor)];
  return Math.abs(others.mean - own.mean) / Math.sqrt((own.variance + others.variance) / 2);
}

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance };
}

const ascending = (a: number, b: number) => a - b;
