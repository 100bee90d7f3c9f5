import type { SquareTransform } from './fourier.ts';

const { cos, exp, log, max, min, PI } = Math;

/** Bins to either side within which a peak is the same in another part of the picture: perspective moves it from part to part. */
const DRIFT = 2;
/** Bins around a peak that are its own, and those beyond with which it is compared. */
const OWN = 2;
const RING = 5;
/** Natural logarithm of a peak's power over the strongest beside it, from which on it is kept. */
const LEAST = -0.7;
const MOST_BESIDE = exp(-LEAST);
/** Where a map has no peak. */
export const NO_PEAK = -1;
/** Slowest waves that are looked at, bins: beside the mean nothing can be told. */
const SLOWEST = 8;

/**
 * How far peaks stand out of what is around them in the spectrum of a square, by where they are: natural logarithm of the power over the strongest within five bins
 * that is not its own. Each is spread over two bins to either side. Rows of `side` from frequency 0 down to the highest, since the other half is their picture in a
 * point; columns from the negative to the positive highest across.
 */
export type PeakMap = Float32Array;

/** Two planes of one part of a picture, row by row. */
export interface Planes {
  readonly width: number;
  readonly values: readonly [Float32Array, Float32Array];
}

/** Turns squares of a picture into maps of peaks. One at a time: its memory is used again. */
export class SpectrumPeaks {
  private readonly window: Float32Array;
  private readonly re: Float32Array;
  private readonly im: Float32Array;
  private readonly power: readonly [Float32Array, Float32Array];

  constructor(private readonly transform: SquareTransform) {
    const { side } = transform;
    this.window = Float32Array.from({ length: side }, (_, k) => 0.5 - 0.5 * cos((2 * PI * (k + 0.5)) / side));
    this.re = new Float32Array(side * side);
    this.im = new Float32Array(side * side);
    const [first, second] = [0, 1].map(() => new Float32Array((side / 2 + 2 * RING) * (side + 2 * RING)));
    this.power = [first!, second!];
  }

  /** Peaks of both planes in the square with that upper left corner. Both cost one transform. */
  of(planes: Planes, left: number, top: number): readonly [PeakMap, PeakMap] {
    this.load(planes, top * planes.width + left);
    this.transform.forward(this.re, this.im);
    this.separate();
    return [this.peaks(this.power[0]), this.peaks(this.power[1])];
  }

  /** Two real planes as one complex one, without their means, fading out at the edges. */
  private load({ width, values: [first, second] }: Planes, from: number): void {
    const { re, im, window } = this;
    const { side } = this.transform;
    let [a, b] = [0, 0];
    for (let y = 0; y < side; y++) {
      for (let at = from + y * width; at < from + y * width + side; at++) {
        a += first[at]!;
        b += second[at]!;
      }
    }
    [a, b] = [a / re.length, b / re.length];
    for (let y = 0, to = 0; y < side; y++) {
      for (let x = 0; x < side; x++, to++) {
        const at = from + y * width + x;
        const weight = window[x]! * window[y]!;
        re[to] = (first[at]! - a) * weight;
        im[to] = (second[at]! - b) * weight;
      }
    }
  }

  /** The powers of both planes, taken apart by their symmetry, the mean in the middle of the columns, going on beyond the edges as spectra do. */
  private separate(): void {
    const { re, im, power } = this;
    const { side } = this.transform;
    const half = side / 2;
    let to = 0;
    for (let y = -RING; y < half + RING; y++) {
      const [row, oppositeRow] = [((y + side) % side) * side, ((side - y) % side) * side];
      for (let x = -half - RING; x < half + RING; x++, to++) {
        const column = (x + 2 * side) % side;
        const [at, opposite] = [row + column, oppositeRow + ((side - column) % side)];
        const [ar, ai] = [re[at]! + re[opposite]!, im[at]! - im[opposite]!];
        const [br, bi] = [im[at]! + im[opposite]!, re[opposite]! - re[at]!];
        power[0][to] = ar * ar + ai * ai;
        power[1][to] = br * br + bi * bi;
      }
    }
  }

  private peaks(power: Float32Array): PeakMap {
    const { side } = this.transform;
    const half = side / 2;
    const stride = side + 2 * RING;
    const stands = new Float32Array(half * side).fill(NO_PEAK);
    const slowest = SLOWEST ** 2;
    for (let fy = 1; fy < half; fy++) {
      for (let fx = 1 - half; fx < half; fx++) {
        // along the axes lie the edges of a JPEG's squares, scaled or not, and those of anything that is cut straight
        if (fx === 0 || fx * fx + fy * fy < slowest) continue;
        const from = (fy + RING) * stride + fx + half + RING;
        const here = standingOut(power, stride, from);
        if (here < LEAST) continue;
        for (let v = fy - DRIFT; v <= min(fy + DRIFT, half - 1); v++) {
          for (let u = max(fx - DRIFT, 1 - half); u <= min(fx + DRIFT, half - 1); u++) {
            if (v >= 0) stands[v * side + half + u] = max(stands[v * side + half + u]!, here);
            if (v <= 0) stands[half + -v * side - u] = max(stands[half + -v * side - u]!, here);
          }
        }
      }
    }
    return stands;
  }
}

/** Natural logarithm of a power over the strongest around it; less than anything that is kept where it is no peak at all. */
function standingOut(power: Float32Array, side: number, at: number): number {
  const own = power[at]!;
  if (own <= power[at - 1]! || own < power[at + 1]! || own <= power[at - side]! || own < power[at + side]!) return -9;
  const most = own * MOST_BESIDE;
  let around = 1e-6;
  for (let j = -RING; j <= RING; j++) {
    const row = at + j * side;
    // within the rows of the peak itself, what is beside it
    const step = j >= -OWN && j <= OWN ? 2 * OWN + 1 : 0;
    for (let i = row - RING; i <= row + RING; i++) {
      if (i === row - OWN) i += step;
      const other = power[i]!;
      if (other > most) return -9;
      if (other > around) around = other;
    }
  }
  return log(own / around);
}
