// taken out of Math once: inside a vm context, as tests run in, every look at a global costs more than the sum it is for
const { cos, imul, log, PI, sqrt } = Math;

/** Numbers that look random and are the same for the same seed. Not for keys. */
export interface SeededRandom {
  /** uniform in [0, 1) */
  next(): number;
  /** uniform in [low, high) */
  between(low: number, high: number): number;
  /** normal with mean 0 and standard deviation 1 */
  normal(): number;
}

/** A generator for `seed`; `stream` gives independent ones for several uses of one seed. */
export function seededRandom(seed: number, stream = ''): SeededRandom {
  let state = seed >>> 0;
  for (const character of stream) state = (imul(state ^ character.charCodeAt(0), 0x01000193) + 0x9e3779b9) >>> 0;
  // a 32-bit counter through an integer hash (two multiply-xorshift rounds)
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let hash = imul(state ^ (state >>> 15), state | 1);
    hash ^= hash + imul(hash ^ (hash >>> 7), hash | 61);
    return ((hash ^ (hash >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    normal: () => sqrt(-2 * log(1 - next())) * cos(2 * PI * next()),
  };
}
