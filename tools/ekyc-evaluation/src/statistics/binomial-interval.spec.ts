import fc from 'fast-check';
import { rateOf, regularisedBeta } from './binomial-interval.ts';

describe('the interval of a counted share', () => {
  // Clopper and Pearson's, as R's binom.test and published tables have them
  it.each([
    [0, 10, 0, 0.308497],
    [1, 10, 0.002529, 0.445016],
    [5, 10, 0.187086, 0.812914],
    [10, 10, 0.691503, 1],
    [0, 25, 0, 0.137185],
    [81, 263, 0.2527, 0.3676],
  ])('of %d in %d is from %d to %d', (events, trials, low, high) => {
    const rate = rateOf(events, trials);
    expect(rate.low).toBeCloseTo(low, 4);
    expect(rate.high).toBeCloseTo(high, 4);
  });

  it('says what a rate is at most where nothing was seen: about three of n', () => {
    expect(rateOf(0, 25).atMost).toBeCloseTo(1 - 0.05 ** (1 / 25), 12);
    expect(rateOf(0, 1000).atMost).toBeCloseTo(3 / 1000, 4);
  });

  it('is everything where nothing was tried', () => {
    expect(rateOf(0, 0)).toMatchObject({ rate: Number.NaN, low: 0, high: 1, atMost: 1 });
  });

  it.each([
    [-1, 5],
    [6, 5],
    [0.5, 5],
    [Number.NaN, 5],
  ])('is refused for %d events of %d', (events, trials) => {
    expect(() => rateOf(events, trials)).toThrow(RangeError);
  });

  const counts = fc
    .integer({ min: 1, max: 3000 })
    .chain((trials) => fc.tuple(fc.integer({ min: 0, max: trials }), fc.constant(trials)));

  it('has the share in it, lies within 0 to 1, and mirrors the share of what did not happen', () => {
    fc.assert(
      fc.property(counts, ([events, trials]) => {
        const [rate, others] = [rateOf(events, trials), rateOf(trials - events, trials)];
        expect(rate.low).toBeLessThanOrEqual(rate.rate);
        expect(rate.high).toBeGreaterThanOrEqual(rate.rate);
        expect(rate.low).toBeGreaterThanOrEqual(0);
        expect(rate.atMost).toBeLessThanOrEqual(rate.high);
        expect(rate.high).toBeLessThanOrEqual(1);
        expect(rate.low).toBeCloseTo(1 - others.high, 9);
      }),
    );
  });

  it('leaves out what would show so few, or so many, events with a chance of 2.5 %', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n))),
        ([events, trials]) => {
          const { low, high } = rateOf(events, trials);
          if (events < trials) expect(chanceOfAtMost(events, trials, high)).toBeCloseTo(0.025, 8);
          if (events > 0) expect(1 - chanceOfAtMost(events - 1, trials, low)).toBeCloseTo(0.025, 8);
        },
      ),
    );
  });
});

describe('the incomplete beta function', () => {
  it('is x where both parameters are 1, and goes up with x', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const parameter = fc.integer({ min: 1, max: 400 });
    fc.assert(fc.property(share, (x) => expect(regularisedBeta(x, 1, 1)).toBeCloseTo(x, 12)));
    fc.assert(
      fc.property(share, share, parameter, parameter, (x, y, a, b) => {
        const [low, high] = [Math.min(x, y), Math.max(x, y)];
        expect(regularisedBeta(low, a, b)).toBeLessThanOrEqual(regularisedBeta(high, a, b) + 1e-12);
      }),
    );
  });
});

/** The binomial distribution function, summed up. */
function chanceOfAtMost(events: number, trials: number, share: number): number {
  let [sum, choose] = [0, 1];
  for (let k = 0; k <= events; k++) {
    sum += choose * share ** k * (1 - share) ** (trials - k);
    choose *= (trials - k) / (k + 1);
  }
  return sum;
}
