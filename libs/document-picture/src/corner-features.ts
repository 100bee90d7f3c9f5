import { fixedDraws } from './fixed-draws.ts';
import { boxBlurred, type GreyPlane } from './grey-plane.ts';

// taken out of Math once, as in grey-plane.ts
const { atan2, cos, floor, imul, max, min, round, sin, sqrt } = Math;

/** Something that is found again in another picture: a corner of what is drawn, and what is around it. */
export interface CornerFeature {
  readonly x: number;
  readonly y: number;
  /** 256 comparisons of brightness around it, turned with what is seen there */
  readonly description: Uint32Array;
}

/** Pixels around a corner that its description looks at. */
const RADIUS = 15;
/** How far apart corners are at least. */
const APART = 3;
const WORDS = 8;

/** Pairs of places around a corner that are compared (BRIEF, Calonder et al., 2010), always the same. */
const PAIRS = drawnPairs();

function drawnPairs(): Float32Array {
  const next = fixedDraws();
  // about normal, most near to the corner
  const place = () => max(-12, min(12, 10 * (next() + next() + next() - 1.5)));
  return Float32Array.from({ length: 4 * 32 * WORDS }, place);
}

/** The strongest corners of a plane, at most so many, with oriented descriptions (ORB, Rublee et al., 2011). */
export function cornerFeatures(plane: GreyPlane, most: number): CornerFeature[] {
  const { width } = plane;
  const smooth = boxBlurred(boxBlurred(plane, 1), 1);
  const strength = cornerStrength(smooth);
  return strongest(strength, plane, most).map((at) => {
    const [x, y] = [at % width, floor(at / width)];
    return { x, y, description: described(smooth, x, y, direction(smooth, x, y)) };
  });
}

/** How much of a corner there is: the smaller of the two changes of brightness (Shi and Tomasi, 1994). */
function cornerStrength({ width, height, values }: GreyPlane): Float32Array {
  const [xx, xy, yy] = [0, 0, 0].map(() => new Float32Array(values.length)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const [dx, dy] = [values[at + 1]! - values[at - 1]!, values[at + width]! - values[at - width]!];
      [xx[at], xy[at], yy[at]] = [dx * dx, dx * dy, dy * dy];
    }
  }
  const [a, b, c] = [xx, xy, yy].map((sums) => boxBlurred({ width, height, values: sums }, 2).values) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  return a.map((value, at) => (value + c[at]! - sqrt((value - c[at]!) * (value - c[at]!) + 4 * b[at]! * b[at]!)) / 2);
}

function strongest(strength: Float32Array, { width, height }: GreyPlane, most: number): number[] {
  const peaks: number[] = [];
  for (let y = RADIUS; y < height - RADIUS; y++) {
    for (let x = RADIUS; x < width - RADIUS; x++) {
      const at = y * width + x;
      if (strength[at]! > 1 && isPeak(strength, at, width)) peaks.push(at);
    }
  }
  return peaks.sort((one, other) => strength[other]! - strength[one]!).slice(0, most);
}

function isPeak(strength: Float32Array, at: number, width: number): boolean {
  const own = strength[at]!;
  for (let dy = -APART; dy <= APART; dy++) {
    for (let dx = -APART; dx <= APART; dx++) if (strength[at + dy * width + dx]! > own) return false;
  }
  return true;
}

/** Where it is brighter around a corner: it turns with the picture. */
function direction({ width, values }: GreyPlane, x: number, y: number): number {
  let [mx, my] = [0, 0];
  for (let dy = -10; dy <= 10; dy++) {
    for (let dx = -10; dx <= 10; dx++) {
      if (dx * dx + dy * dy > 100) continue;
      const value = values[(y + dy) * width + x + dx]!;
      mx += dx * value;
      my += dy * value;
    }
  }
  return atan2(my, mx);
}

function described({ width, height, values }: GreyPlane, x: number, y: number, angle: number): Uint32Array {
  const [c, s] = [cos(angle), sin(angle)];
  const at = (k: number) => {
    const [px, py] = [PAIRS[k]!, PAIRS[k + 1]!];
    const [u, v] = [round(x + c * px - s * py), round(y + s * px + c * py)];
    return values[max(0, min(height - 1, v)) * width + max(0, min(width - 1, u))]!;
  };
  const description = new Uint32Array(WORDS);
  for (let bit = 0; bit < 32 * WORDS; bit++) {
    if (at(4 * bit) < at(4 * bit + 2)) description[bit >> 5]! |= 1 << (bit & 31);
  }
  return description;
}

/** In how many of the 256 comparisons two descriptions differ. */
export function differences(one: Uint32Array, other: Uint32Array): number {
  let count = 0;
  for (let word = 0; word < WORDS; word++) {
    let bits = one[word]! ^ other[word]!;
    bits -= (bits >>> 1) & 0x55555555;
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
    count += imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}
