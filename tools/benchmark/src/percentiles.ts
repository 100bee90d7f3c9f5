/** Distribution of times, in milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** The smallest time that the given share of all does not exceed (nearest rank). @throws RangeError without times */
export function percentiles(times: readonly number[]): Percentiles {
  if (times.length === 0) throw new RangeError('no times');
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]!;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
