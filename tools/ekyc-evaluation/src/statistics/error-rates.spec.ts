import fc from 'fast-check';
import { type Distances, decidability, equalErrorRate, errorCurve, errorRatesAt } from './error-rates.ts';

const overlapping: Distances = { genuine: [0.1, 0.2, 0.3, 0.6], impostor: [0.25, 0.5, 0.7, 0.8] };

describe('errors at a limit', () => {
  it('are others accepted and own refused; what lies at the limit is accepted', () => {
    const { falseAccepts, falseRejects } = errorRatesAt(overlapping, 0.3);
    expect([falseAccepts.events, falseAccepts.trials]).toEqual([1, 4]);
    expect([falseRejects.events, falseRejects.trials]).toEqual([1, 4]);
    expect(errorRatesAt(overlapping, 0.25).falseAccepts.events).toBe(1);
    expect(errorRatesAt(overlapping, 0.2499).falseAccepts.events).toBe(0);
  });
});

describe('the equal error rate', () => {
  it('is where as many others are accepted as own are refused', () => {
    expect(equalErrorRate(overlapping)).toEqual({ rate: 0.25, limit: 0.3 });
  });

  it('is 0 in the middle of the gap where nothing overlaps, and 1/2 where nothing can be told', () => {
    expect(equalErrorRate({ genuine: [0.1, 0.2], impostor: [0.6, 0.9] })).toEqual({ rate: 0, limit: 0.4 });
    expect(equalErrorRate({ genuine: [1, 2], impostor: [1, 2] }).rate).toBeCloseTo(0.5, 12);
    expect(equalErrorRate({ genuine: [3, 4], impostor: [1, 2] }).rate).toBe(1);
  });

  it('needs comparisons of both kinds', () => {
    expect(() => equalErrorRate({ genuine: [], impostor: [1] })).toThrow(RangeError);
    expect(() => equalErrorRate({ genuine: [1], impostor: [] })).toThrow(RangeError);
  });

  const distances = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 12 });

  it('lies between the errors at its limit, does not depend on order, and not on the unit of distances', () => {
    fc.assert(
      fc.property(distances, distances, (genuine, impostor) => {
        const { rate, limit } = equalErrorRate({ genuine, impostor });
        const { falseAccepts, falseRejects } = errorRatesAt({ genuine, impostor }, limit);
        expect(rate).toBeGreaterThanOrEqual(Math.min(falseAccepts.rate, falseRejects.rate) - 1e-12);
        expect(rate).toBeLessThanOrEqual(Math.max(falseAccepts.rate, falseRejects.rate) + 1e-12);
        const turned = { genuine: genuine.toReversed(), impostor: impostor.toReversed() };
        expect(equalErrorRate(turned)).toEqual({ rate, limit });
        const doubled = { genuine: genuine.map((d) => 2 * d), impostor: impostor.map((d) => 2 * d) };
        expect(equalErrorRate(doubled)).toEqual({ rate, limit: 2 * limit });
      }),
      { numRuns: 50 },
    );
  });

  it('has a curve that only ever gives one error for the other, from nobody accepted to everybody', () => {
    fc.assert(
      fc.property(distances, distances, (genuine, impostor) => {
        const curve = errorCurve({ genuine, impostor });
        expect(curve[0]).toMatchObject({ falseAccepts: 0, falseRejects: 1 });
        expect(curve.at(-1)).toMatchObject({ falseAccepts: 1, falseRejects: 0 });
        const rising = (values: readonly number[]) => values.every((value, k) => k === 0 || value >= values[k - 1]!);
        expect(new Set(curve.map(({ limit }) => limit)).size).toBe(curve.length);
        expect(rising(curve.map(({ limit }) => limit))).toBe(true);
        expect(rising(curve.map(({ falseAccepts }) => falseAccepts))).toBe(true);
        expect(rising(curve.map(({ falseRejects }) => 1 - falseRejects))).toBe(true);
        const counted = curve.map(({ limit }) => errorRatesAt({ genuine, impostor }, limit));
        const off = curve.map(
          (point, k) =>
            Math.abs(point.falseAccepts - counted[k]!.falseAccepts.rate) +
            Math.abs(point.falseRejects - counted[k]!.falseRejects.rate),
        );
        expect(Math.max(...off)).toBeLessThan(1e-12);
      }),
      { numRuns: 30 },
    );
  });
});

describe('decidability', () => {
  it('is the distance of the means in standard deviations', () => {
    expect(decidability({ genuine: [0, 2], impostor: [10, 12] })).toBeCloseTo(10 / Math.SQRT2, 12);
  });
});
