import { type GreyPlane, sampled } from './grey-plane.ts';
import { solve } from './linear-system.ts';

/** A place in a picture, pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A plane's picture of another: eight coefficients of (ax + by + c, dx + ey + f) / (gx + hy + 1). */
export type Homography = readonly number[];

/** Four corners, clockwise from the upper left. */
export type Quad = readonly [Point, Point, Point, Point];

/** The homography that takes the corners of a rectangle of `width` x `height` to those of a quadrilateral. Undefined when it has none. */
export function homographyTo(quad: Quad, width: number, height: number): Homography | undefined {
  const from: Quad = [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
    { x: 0, y: height },
  ];
  const matrix = new Float64Array(64);
  const right = new Float64Array(8);
  for (const [k, { x, y }] of from.entries()) {
    const { x: u, y: v } = quad[k]!;
    matrix.set([x, y, 1, 0, 0, 0, -x * u, -y * u], 16 * k);
    matrix.set([0, 0, 0, x, y, 1, -x * v, -y * v], 16 * k + 8);
    right.set([u, v], 2 * k);
  }
  const solution = solve(matrix, right);
  return solution && [...solution];
}

/** The homography that takes points, four or more, to others with the least error. Undefined when there is none. */
export function homographyThrough(from: readonly Point[], to: readonly Point[]): Homography | undefined {
  // sides of about 1, for the sums to be of one size
  const side = Math.max(1, ...[...from, ...to].flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)]));
  const matrix = new Float64Array(64);
  const right = new Float64Array(8);
  const add = (row: readonly number[], value: number) => {
    for (let j = 0; j < 8; j++) {
      for (let i = 0; i < 8; i++) matrix[8 * j + i]! += row[j]! * row[i]!;
      right[j]! += row[j]! * value;
    }
  };
  for (const [k, point] of from.entries()) {
    const [x, y] = [point.x / side, point.y / side];
    const [u, v] = [to[k]!.x / side, to[k]!.y / side];
    add([x, y, 1, 0, 0, 0, -x * u, -y * u], u);
    add([0, 0, 0, x, y, 1, -x * v, -y * v], v);
  }
  const solution = solve(matrix, right);
  if (solution === undefined) return undefined;
  const [a, b, c, d, e, f, g, h] = solution;
  return [a!, b!, c! * side, d!, e!, f! * side, g! / side, h! / side];
}

/** Where a point goes. */
export function mapped([a, b, c, d, e, f, g, h]: Homography, x: number, y: number): Point {
  const w = g! * x + h! * y + 1;
  return { x: (a! * x + b! * y + c!) / w, y: (d! * x + e! * y + f!) / w };
}

/** The quadrilateral of a picture as a rectangle: each pixel the mean of four or more samples where the picture is finer. */
export function straightened(plane: GreyPlane, quad: Quad, width: number, height: number): GreyPlane | undefined {
  const homography = homographyTo(quad, width, height);
  if (homography === undefined) return undefined;
  const [corner, right] = [mapped(homography, width / 2, height / 2), mapped(homography, width / 2 + 1, height / 2)];
  const samples = Math.hypot(right.x - corner.x, right.y - corner.y) > 1.3 ? 2 : 1;
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let j = 0; j < samples; j++) {
        for (let i = 0; i < samples; i++) {
          const at = mapped(homography, x + (i + 0.5) / samples, y + (j + 0.5) / samples);
          sum += sampled(plane, at.x - 0.5, at.y - 0.5);
        }
      }
      values[y * width + x] = sum / (samples * samples);
    }
  }
  return { width, height, values };
}
