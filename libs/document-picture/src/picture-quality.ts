import { boxBlurred, type GreyPlane } from './grey-plane.ts';

/** How a straightened document was photographed. */
export interface PictureQuality {
  /** how steep edges are against their height, 0 to 1: from 0.4 on for sharp text, under 0.2 where text runs together */
  readonly sharpness: number;
  /** share of the document that reflects so brightly that nothing can be seen, in patches of some size */
  readonly glareShare: number;
}

/** Side of the squares that are looked at, pixels of 1/12 mm. */
const SQUARE = 12;
/** Difference of grey levels that makes a square worth looking at: text, lines, faces. */
const MIN_CONTRAST = 45;

/** Measures sharpness and glare of a straightened document. */
export function pictureQuality(plane: GreyPlane): PictureQuality {
  return { sharpness: sharpnessOf(plane), glareShare: glareShareOf(plane) };
}

/** Noise is smoothed away first: it is steep, too. */
function sharpnessOf(plane: GreyPlane): number {
  const { width, height, values } = boxBlurred(plane, 1);
  const ratios: number[] = [];
  for (let top = 1; top + SQUARE < height - 1; top += SQUARE) {
    for (let left = 1; left + SQUARE < width - 1; left += SQUARE) {
      let [low, high, steepest] = [255, 0, 0];
      for (let y = top; y < top + SQUARE; y++) {
        for (let x = left; x < left + SQUARE; x++) {
          const at = y * width + x;
          low = Math.min(low, values[at]!);
          high = Math.max(high, values[at]!);
          const across = Math.abs(values[at + 1]! - values[at - 1]!) / 2;
          const down = Math.abs(values[at + width]! - values[at - width]!) / 2;
          steepest = Math.max(steepest, across, down);
        }
      }
      if (high - low >= MIN_CONTRAST) ratios.push(steepest / (high - low));
    }
  }
  ratios.sort((a, b) => a - b);
  return ratios[Math.floor(0.8 * ratios.length)] ?? 0;
}

/** What is white and much whiter than the paper, in patches of 3 mm and more. */
function glareShareOf(plane: GreyPlane): number {
  const smooth = boxBlurred(plane, 16).values;
  const paper = ranked(plane.values, Math.floor(0.6 * plane.values.length));
  const limit = Math.max(246, paper + 0.5 * (255 - paper));
  let bright = 0;
  for (let at = 0; at < smooth.length; at++) if (smooth[at]! >= limit) bright++;
  return bright / smooth.length;
}

/** The value of that rank, 0 the least, of grey levels: only those of one whole level have to be sorted. */
function ranked(values: Float32Array, rank: number): number {
  const level = (value: number) => Math.max(0, Math.min(255, Math.floor(value)));
  const counts = new Uint32Array(256);
  for (const value of values) counts[level(value)]!++;
  let [at, below] = [0, 0];
  while (below + counts[at]! <= rank) below += counts[at++]!;
  return values.filter((value) => level(value) === at).sort()[rank - below]!;
}
