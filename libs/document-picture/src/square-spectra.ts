import { type SquareTransform, squareTransform } from './fourier.ts';
import type { RgbImage } from './grey-plane.ts';
import type { Point } from './homography.ts';

const { cos, exp, log, max, min, PI } = Math;

/** Bins to either side of a wave that are its own, and those beyond with which it is compared. */
const OWN = 2;
const RING = 5;
/** How far a wave may count in one square, so that none decides alone: natural logarithms. */
const RANGE = { least: -1, most: 1.4 } as const;
/** Power that noise of rounding has; what is compared with less says nothing. */
const ROUNDING = 0.02;

/** Brightness, and red against blue. */
export const PLANES = [0, 1] as const;
export type Plane = (typeof PLANES)[number];

/**
 * How far each wave stands out of what is around it in the spectrum of a square of a picture: natural logarithm of the mean power of nine bins over that of the ring
 * around them, -1 to 1.4. `side` rows of `side` bins, frequency 0 first.
 */
export type StandingOut = Float32Array;

/** Turns squares of a picture into spectra, one at a time: its memory is used again. */
export class SquareSpectra {
  private readonly transform: SquareTransform;
  private readonly window: Float32Array;
  private readonly re: Float32Array;
  private readonly im: Float32Array;
  private readonly power: readonly [Float32Array, Float32Array];
  private readonly sums: Float64Array;

  constructor(readonly side: number) {
    this.transform = squareTransform(side);
    this.window = Float32Array.from({ length: side }, (_, k) => 0.5 - 0.5 * cos((2 * PI * (k + 0.5)) / side));
    const room = () => new Float32Array(side * side);
    [this.re, this.im, this.power] = [room(), room(), [room(), room()]];
    this.sums = new Float64Array((side + 2 * RING + 1) ** 2);
  }

  /** Spectra of the square with that upper left corner, by `PLANES`. Both cost one transform. */
  of(image: RgbImage, corner: Point): readonly [StandingOut, StandingOut] {
    this.load(image, corner);
    this.transform.forward(this.re, this.im);
    this.separate();
    return [this.standingOut(this.power[0]), this.standingOut(this.power[1])];
  }

  /** Two real planes as one complex one, without their means, fading out at the edges. */
  private load({ width, rgb }: RgbImage, { x: left, y: top }: Point): void {
    const { re, im, side, window } = this;
    let [a, b] = [0, 0];
    for (let y = 0, to = 0; y < side; y++) {
      for (let at = 3 * ((top + y) * width + left), end = to + side; to < end; to++, at += 3) {
        a += re[to] = 0.299 * rgb[at]! + 0.587 * rgb[at + 1]! + 0.114 * rgb[at + 2]!;
        b += im[to] = rgb[at]! - rgb[at + 2]!;
      }
    }
    [a, b] = [a / re.length, b / re.length];
    for (let y = 0, to = 0; y < side; y++) {
      for (let x = 0; x < side; x++, to++) {
        const weight = window[x]! * window[y]!;
        re[to] = (re[to]! - a) * weight;
        im[to] = (im[to]! - b) * weight;
      }
    }
  }

  /** The powers of both planes, taken apart by their symmetry: those of white noise of variance 1 have a mean of 1. */
  private separate(): void {
    const { re, im, side } = this;
    const [first, second] = this.power;
    // the mean of the window squared, and the halves of both spectra
    const norm = 1 / (4 * 0.375 ** 2 * side * side);
    for (let y = 0; y < side; y++) {
      const opposite = ((side - y) % side) * side;
      for (let x = 0, at = y * side; x < side; x++, at++) {
        const other = opposite + ((side - x) % side);
        const [ar, ai] = [re[at]! + re[other]!, im[at]! - im[other]!];
        const [br, bi] = [im[at]! + im[other]!, re[other]! - re[at]!];
        first[at] = (ar * ar + ai * ai) * norm;
        second[at] = (br * br + bi * bi) * norm;
      }
    }
  }

  private standingOut(power: Float32Array): StandingOut {
    const { side, sums } = this;
    const wide = side + 2 * RING + 1;
    for (let y = 0; y < wide - 1; y++) {
      const row = ((y - RING + side) % side) * side;
      let sum = 0;
      for (let x = 0, to = (y + 1) * wide + 1; x < wide - 1; x++, to++) {
        sum += power[row + ((x - RING + side) % side)]!;
        sums[to] = sums[to - wide]! + sum;
      }
    }
    /** of the square of bins that reaches so far to each side */
    const around = (at: number, reach: number) => {
      const [above, below] = [at - reach * wide, at + (reach + 1) * wide];
      return sums[below + reach + 1]! - sums[below - reach]! - sums[above + reach + 1]! + sums[above - reach]!;
    };
    const ring = (2 * RING + 1) ** 2 - (2 * OWN + 1) ** 2;
    const [least, most] = [exp(RANGE.least), exp(RANGE.most)];
    const out = new Float32Array(side * side);
    for (let y = 0, to = 0; y < side; y++) {
      for (let x = 0, at = (y + RING) * wide + RING; x < side; x++, at++, to++) {
        const beside = (around(at, RING) - around(at, OWN)) / ring;
        const ratio = (around(at, 1) / 9 + ROUNDING) / (beside + ROUNDING);
        out[to] = log(min(most, max(least, ratio)));
      }
    }
    return out;
  }
}
