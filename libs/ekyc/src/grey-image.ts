import type { RgbImage } from '@tegata/encoded-picture';

/** A square of brightness values, 0..255 (or about zero after {@link highPass}), row by row. */
export interface GreySquare {
  readonly side: number;
  readonly values: Float32Array;
}

/** Brightness by the weights of ITU-R BT.601. */
function brightness(rgb: Uint8Array, at: number): number {
  return 0.299 * rgb[at]! + 0.587 * rgb[at + 1]! + 0.114 * rgb[at + 2]!;
}

/** The whole image as a small grey square, each value the mean of the pixels it covers. */
export function greyThumbnail({ width, height, rgb }: RgbImage, side: number): GreySquare {
  const values = new Float32Array(side * side);
  const counts = new Float32Array(side * side);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * side) / height) * side;
    for (let x = 0; x < width; x++) {
      const cell = row + Math.floor((x * side) / width);
      values[cell]! += brightness(rgb, 3 * (y * width + x));
      counts[cell]!++;
    }
  }
  for (let cell = 0; cell < values.length; cell++) values[cell]! /= Math.max(1, counts[cell]!);
  return { side, values };
}

/**
 * The whole image as a small grey square, each value the mean over its area, pixels at the edges of which count by their share: so that the same
 * view at another size gives the same values.
 */
export function greyAreas({ width, height, rgb }: RgbImage, side: number): GreySquare {
  const values = new Float32Array(side * side);
  const [across, down] = [shares(width, side), shares(height, side)];
  const row = new Float64Array(side);
  for (let y = 0; y < height; y++) {
    row.fill(0);
    for (let x = 0; x < width; x++) {
      const value = brightness(rgb, 3 * (y * width + x));
      for (const { cell, share } of across[x]!) row[cell]! += share * value;
    }
    for (const { cell, share } of down[y]!) {
      for (let x = 0; x < side; x++) values[cell * side + x]! += share * row[x]!;
    }
  }
  return { side, values };
}

/** For each of so many pixels, the cells it lies in, and its part of each. */
function shares(pixels: number, cells: number): { cell: number; share: number }[][] {
  const size = pixels / cells;
  return Array.from({ length: pixels }, (_, pixel) => {
    const [first, last] = [Math.floor(pixel / size), Math.min(cells - 1, Math.ceil((pixel + 1) / size) - 1)];
    return Array.from({ length: last - first + 1 }, (_, k) => {
      const cell = first + k;
      const within = Math.min(pixel + 1, (cell + 1) * size) - Math.max(pixel, cell * size);
      return { cell, share: within / size };
    }).filter(({ share }) => share > 0);
  });
}

/** A square RGB picture in grey. */
export function greySquare(rgb: Uint8Array, side: number): GreySquare {
  return { side, values: Float32Array.from({ length: side * side }, (_, cell) => brightness(rgb, 3 * cell)) };
}

/** Mean absolute difference of brightness. */
export function meanDifference(a: GreySquare, b: GreySquare): number {
  let sum = 0;
  for (let cell = 0; cell < a.values.length; cell++) sum += Math.abs(a.values[cell]! - b.values[cell]!);
  return sum / a.values.length;
}

/** What is left when the mean over a (2 `radius` + 1) square around each value is taken away: detail without shading. */
export function highPass(square: GreySquare, radius: number): GreySquare {
  const { side, values } = smoothed(square, radius);
  return { side, values: values.map((value, cell) => square.values[cell]! - value) };
}

/** The mean over a (2 `radius` + 1) square around each value. */
export function smoothed({ side, values }: GreySquare, radius: number): GreySquare {
  return { side, values: boxBlur(boxBlur(values, side, radius, 1, side), side, radius, side, 1) };
}

/** Mean over a window along one direction; `step` between neighbours, `line` between lines. Windows shrink at the edges. */
function boxBlur(values: Float32Array, side: number, radius: number, step: number, line: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let l = 0; l < side; l++) {
    for (let k = 0; k < side; k++) {
      const [from, to] = [Math.max(0, k - radius), Math.min(side - 1, k + radius)];
      let sum = 0;
      for (let j = from; j <= to; j++) sum += values[l * line + j * step]!;
      out[l * line + k * step] = sum / (to - from + 1);
    }
  }
  return out;
}

/**
 * Normalised cross-correlation of two squares over their middle (`margin` values left out on every side), the best over
 * shifts of up to `reach` values: 1 for the same picture at any brightness and contrast, about 0 for unrelated ones.
 */
export function correlation(a: GreySquare, b: GreySquare, margin: number, reach: number): number {
  let best = -1;
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) best = Math.max(best, correlationAt(a, b, margin, dx, dy));
  }
  return best;
}

function correlationAt(a: GreySquare, b: GreySquare, margin: number, dx: number, dy: number): number {
  const { side } = a;
  let [n, sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0, 0];
  for (let y = margin; y < side - margin; y++) {
    for (let x = margin; x < side - margin; x++) {
      const p = a.values[y * side + x]!;
      const q = b.values[(y + dy) * side + x + dx]!;
      n++;
      sumA += p;
      sumB += q;
      sumAA += p * p;
      sumBB += q * q;
      sumAB += p * q;
    }
  }
  const [varianceA, varianceB] = [sumAA - (sumA * sumA) / n, sumBB - (sumB * sumB) / n];
  if (!(varianceA > 1e-6 * n) || !(varianceB > 1e-6 * n)) return 0;
  return (sumAB - (sumA * sumB) / n) / Math.sqrt(varianceA * varianceB);
}
