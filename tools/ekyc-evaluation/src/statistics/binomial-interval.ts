// Exact intervals for a share of events that were counted: Clopper and Pearson (1934). They are never too narrow, which the
// approximations (Wald, Wilson) are where few or none of the events were seen, and that is where rates of errors are.

/** A share that was counted, and the interval that it is in with 95 % confidence. Rates from 0 to 1. */
export interface Rate {
  readonly events: number;
  readonly trials: number;
  /** `events / trials`; NaN without trials */
  readonly rate: number;
  /** two-sided: 2.5 % on either side; from 0 to 1 without trials */
  readonly low: number;
  readonly high: number;
  /**
   * what the true rate is at most with 95 % confidence, one-sided; for no events of n about 3/n (the rule of three, ISO/IEC 19795-1)
   */
  readonly atMost: number;
}

const ALPHA = 0.05;

/** @throws RangeError unless there are 0 to `trials` events */
export function rateOf(events: number, trials: number): Rate {
  if (!Number.isInteger(events) || !Number.isInteger(trials) || events < 0 || events > trials) {
    throw new RangeError(`${events} events of ${trials}`);
  }
  if (trials === 0) return { events, trials, rate: Number.NaN, low: 0, high: 1, atMost: 1 };
  const upper = (alpha: number) => (events === trials ? 1 : betaQuantile(1 - alpha, events + 1, trials - events));
  return {
    ...{ events, trials },
    rate: events / trials,
    low: events === 0 ? 0 : betaQuantile(ALPHA / 2, events, trials - events + 1),
    high: upper(ALPHA / 2),
    atMost: upper(ALPHA),
  };
}

/** Where the distribution function of the beta distribution reaches `probability`; by bisection, to the last bit. */
function betaQuantile(probability: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let round = 0; round < 200; round++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (regularisedBeta(middle, a, b) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22). */
export function regularisedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // the fraction converges fast below the mean; above it the other tail is taken
  if (x > (a + 1) / (a + b + 2)) return 1 - regularisedBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  return front * betaFraction(x, a, b);
}

/** The fraction by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const term of [even, odd]) {
      d = 1 / away(1 + term * d);
      c = away(1 + term / c);
      fraction *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return fraction;
}

/** Logarithm of the gamma function of a positive number, by Stirling's series from 10 on, to 14 digits. */
function logGamma(x: number): number {
  if (x < 10) return logGamma(x + 1) - Math.log(x);
  const [r, s] = [1 / x, 1 / (x * x)];
  const series = r * (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188))));
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}
