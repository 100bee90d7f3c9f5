import { percentiles } from './percentiles.ts';

describe('percentiles', () => {
  it('are times that were measured, by nearest rank', () => {
    const times = Array.from({ length: 100 }, (_, at) => 100 - at);
    expect(percentiles(times)).toEqual({ p50: 50, p95: 95, p99: 99, max: 100 });
    expect(percentiles([3])).toEqual({ p50: 3, p95: 3, p99: 3, max: 3 });
    expect(percentiles([1, 2, 9])).toEqual({ p50: 2, p95: 9, p99: 9, max: 9 });
  });

  it('of nothing are an error', () => {
    expect(() => percentiles([])).toThrow(RangeError);
  });
});
