import { NO_PEAK, type PeakMap } from './spectrum-peaks.ts';

const { abs, atan2, hypot, max, min, PI, round } = Math;

/** Share of the maps in which a wave has to stand out. */
const AGREEING = 0.7;
/** How much the frequencies of two inks' screens may differ, and degrees by which they are turned at least. */
const SAME_RADIUS = 0.03;
const LEAST_TURN = 10;
/** Bins that lie apart, since each peak is spread over five. */
const APART = 8;

/** Two waves of one frequency at a right angle, and how far the weaker stands out. Bins, the first positive. */
export interface WavePair {
  readonly fx: number;
  readonly fy: number;
  readonly stands: number;
}

/** How far the waves around a frequency and those at a right angle to it stand out. */
export type PairAt = (fx: number, fy: number) => number;

/** The pairs of waves that most of some maps of one picture have. */
export function commonPairs(maps: readonly PeakMap[], side: number): PairAt {
  const half = side / 2;
  const wanted = round(AGREEING * maps.length);
  const least = new Float32Array(half * side).fill(NO_PEAK);
  const most = new Float32Array(wanted);
  for (let at = 0; at < least.length; at++) {
    // the highest of all maps, in falling order
    let some = 0;
    for (const map of maps) {
      const value = map[at]!;
      if (value === NO_PEAK) continue;
      let place = min(some, wanted);
      for (; place > 0 && most[place - 1]! < value; place--) if (place < wanted) most[place] = most[place - 1]!;
      if (place < wanted) most[place] = value;
      some++;
    }
    if (some >= wanted) least[at] = most[wanted - 1]!;
  }
  // (fx, fy) and (-fy, fx): both in the half that there is
  return (fx, fy) => min(least[fy * side + half + fx]!, least[fx * side + half - fy]!);
}

/** Pairs that stand out at all. */
export function pairsOf(pair: PairAt, side: number): WavePair[] {
  const found: WavePair[] = [];
  for (let fy = 0; fy < side / 2; fy++) {
    for (let fx = 1; fx < side / 2; fx++) {
      const stands = pair(fx, fy);
      if (stands > 0) found.push({ fx, fy, stands });
    }
  }
  return found;
}

/** The one that stands out farthest. */
export const strongest = (pairs: readonly WavePair[]): WavePair | undefined =>
  pairs.reduce<WavePair | undefined>((best, one) => (best && best.stands >= one.stands ? best : one), undefined);

/** How far pairs of the same frequency stand out that are turned against each other and no overtones: the screens of several inks. */
export function turnedPairs(pair: PairAt, pairs: readonly WavePair[]): number {
  const polar = pairs.map((one) => ({
    ...one,
    radius: hypot(one.fx, one.fy),
    angle: (atan2(one.fy, one.fx) * 180) / PI,
  }));
  let most = NO_PEAK;
  for (const [k, one] of polar.entries()) {
    if (one.stands <= most || isOvertone(pair, one)) continue;
    for (const other of polar.slice(k + 1)) {
      if (other.stands <= most || abs(one.radius / other.radius - 1) > SAME_RADIUS) continue;
      const between = abs(one.angle - other.angle);
      const turn = min(between, 90 - between);
      const apart = (one.radius * turn * PI) / 180;
      if (turn >= LEAST_TURN && apart >= APART && !isOvertone(pair, other))
        most = max(most, min(one.stands, other.stands));
    }
  }
  return most;
}

/**
 * Whole multiples of the two waves of a square pattern that its shape may have: m of the one and n of the other. A wave (fx, fy) is m + ni times
 * another, read as complex numbers.
 */
const OVERTONES = [1, 2, 3, 4, 5].flatMap((m) =>
  [0, 1, 2, 3, 4].flatMap((n) =>
    m * m + n * n > 1 && m * m + n * n <= 26
      ? [
          { m, n },
          { m, n: -n },
        ]
      : [],
  ),
);

/** Whether waves are overtones of slower ones that are there: then they are the shape of a coarser pattern. */
function isOvertone(pair: PairAt, { fx, fy, stands }: WavePair): boolean {
  return OVERTONES.some(({ m, n }) => {
    const norm = m * m + n * n;
    let [x, y] = [(fx * m + fy * n) / norm, (fy * m - fx * n) / norm];
    // a quarter turn of a pair is the pair
    while (!(x > 0 && y >= 0)) [x, y] = [-y, x];
    return pair(round(x), round(y)) >= min(1, stands);
  });
}
