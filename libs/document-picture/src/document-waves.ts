import { inPicture, stepsAt } from './document-lie.ts';
import type { RgbImage } from './grey-plane.ts';
import type { Homography, Point } from './homography.ts';
import { PLANES, type Plane, type SquareSpectra, type StandingOut } from './square-spectra.ts';

const { abs, hypot, min, round, sqrt } = Math;

/** Bins beside the axes, along which whatever is cut straight has waves; beside those of a JPEG's squares; and slowest waves. */
const BESIDE_AXES = 1;
const BESIDE_JPEG = 2;
const SLOWEST = 8;
/** Pixels of a square of a JPEG, by plane: colours have half as many pixels. */
const JPEG_SQUARE = [8, 16] as const;
/** Squares of which the mean says too little, and the share that has to be able to tell. */
const FEWEST = 3;
const SEEING = 0.5;
/** Squares after which a wave is given up that is too weak. */
const FIRST = 4;

/** A wave is there from this mean on. */
const STANDS = 1;

/** What is told where too few squares can tell. */
export const UNSEEN = -1;

/** By how much the mosaic of a sensor's colours moves a wave in a spectrum, over what its pixels do: shares of the spectrum across and down. */
export type Fold = readonly [number, number];
export const UNFOLDED: Fold = [0, 0];
/** What is to be tried, by plane: brightness has none; red and blue are in every other pixel across and down. */
export const FOLDS: readonly [readonly Fold[], readonly Fold[]] = [[UNFOLDED], [UNFOLDED, [0.5, 0], [0, 0.5]]];
/** Whole spectra by which the pixels of a sensor may have moved a wave that is too fine for them. */
const ALIASES = [-1, 0, 1] as const;

/** Squares of a picture, as what lies in the plane of a document is seen in them. */
export class DocumentWaves {
  /** bins of a line a millimetre, about */
  readonly bins: number;
  readonly squares: number;
  private readonly side: number;
  private readonly maps: readonly (readonly [StandingOut, StandingOut])[];
  /** bins of a line a millimetre across and of one down, four numbers for each square */
  private readonly steps: Float64Array;

  constructor(spectra: SquareSpectra, image: RgbImage, fromMillimetres: Homography, squares: readonly Point[]) {
    const { side } = spectra;
    this.side = side;
    this.squares = squares.length;
    this.maps = squares.map((square) => spectra.of(image, square));
    this.steps = Float64Array.from(
      squares.flatMap(({ x, y }) => {
        const steps = stepsAt(fromMillimetres, { x: x + side / 2, y: y + side / 2 });
        const [right, down] = [inPicture([1, 0], steps), inPicture([0, 1], steps)];
        return [right[0], down[0], right[1], down[1]].map((bins) => bins * side);
      }),
    );
    const [a, b, c, d] = this.steps;
    this.bins = sqrt(abs(a! * d! - b! * c!));
  }

  /**
   * How far a wave of the document's plane stands out: mean over the squares, in each where perspective has it and where the sensor sees it that is too coarse for it.
   * `UNSEEN` where too few can tell, or the first have a mean under `least`.
   *
   * @param u lines a millimetre along the document's upper side
   * @param v and along its left side
   */
  mean(plane: Plane, u: number, v: number, [across, down]: Fold, least = Number.NEGATIVE_INFINITY): number {
    const { side, maps, steps } = this;
    const spacing = side / JPEG_SQUARE[plane];
    const [foldX, foldY] = [across * side, down * side];
    const mask = side - 1;
    let [sum, seen] = [0, 0];
    for (let k = 0, at = 0; k < maps.length; k++, at += 4) {
      const x = round(steps[at]! * u + steps[at + 1]! * v + foldX) & mask;
      const y = round(steps[at + 2]! * u + steps[at + 3]! * v + foldY) & mask;
      if (isOfOthers(min(x, side - x), min(y, side - y), spacing)) continue;
      sum += maps[k]![plane]![y * side + x]!;
      if (++seen === FIRST && sum < least * FIRST) return UNSEEN;
    }
    return seen < FEWEST || seen < SEEING * maps.length ? UNSEEN : sum / seen;
  }

  /** Whether a wave of the document's plane stands out all over the squares that has so many lines a millimetre. */
  haveWaves({ coarsest, finest }: { readonly coarsest: number; readonly finest: number }): boolean {
    const step = 0.7 / this.bins;
    for (let v = 0; v <= finest; v += step) {
      for (let u = -finest; u <= finest; u += step) {
        const lines = hypot(u, v);
        if (lines < coarsest || lines > finest) continue;
        if (PLANES.some((plane) => this.mean(plane, u, v, UNFOLDED, STANDS) >= STANDS)) return true;
      }
    }
    return false;
  }

  /** Waves of the document's plane, lines a millimetre, that may be what stands out so far in one of the squares. */
  *standing(square: number, plane: Plane, [across, down]: Fold, from: number): Generator<readonly [number, number]> {
    const { side } = this;
    const map = this.maps[square]![plane];
    const [a, b, c, d] = this.steps.subarray(4 * square, 4 * square + 4) as unknown as [number, number, number, number];
    const determinant = a * d - b * c;
    // the other half of a spectrum is its picture in a point
    for (let y = 0; y <= side / 2; y++) {
      for (let x = 0; x < side; x++) {
        if (map[y * side + x]! < from) continue;
        for (const i of ALIASES) {
          for (const j of ALIASES) {
            const [fx, fy] = [x + (i - (x > side / 2 ? 1 : 0) - across) * side, y + (j - down) * side];
            yield [(d * fx - b * fy) / determinant, (a * fy - c * fx) / determinant];
          }
        }
      }
    }
  }
}

/** Whether others have waves there: what is cut straight, the squares of a JPEG; or it is beside the mean. */
function isOfOthers(x: number, y: number, spacing: number): boolean {
  if (x <= BESIDE_AXES || y <= BESIDE_AXES || x * x + y * y < SLOWEST * SLOWEST) return true;
  return isNearMultiple(x, spacing) && isNearMultiple(y, spacing);
}

const isNearMultiple = (value: number, of: number) => (value + BESIDE_JPEG) % of <= 2 * BESIDE_JPEG;
