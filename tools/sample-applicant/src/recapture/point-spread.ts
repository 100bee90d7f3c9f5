import type { SensorView } from './sensor-view.ts';

const { abs, cos, exp, floor, PI, sin } = Math;

/**
 * How much of a wave arrives at a sensor: a lens that spreads a point normally by `blur` pixels, and pixels that are squares. Cycles a pixel
 * along both axes.
 */
export function transferred(blur: number, fx: number, fy: number): number {
  const sinc = (f: number) => (abs(f) < 1e-9 ? 1 : sin(PI * f) / (PI * f));
  return exp(-2 * PI * PI * blur * blur * (fx * fx + fy * fy)) * sinc(fx) * sinc(fy);
}

/** A lattice on a plane: the inverse of its two steps, so that (x, y) mm lie at (ax + by, cx + dy) steps. */
export type Lattice = readonly [number, number, number, number];

/** A square lattice of `pitch` millimetres, turned. */
export function squareLattice(pitch: number, degrees: number): Lattice {
  const angle = (degrees * PI) / 180;
  return [cos(angle) / pitch, sin(angle) / pitch, -sin(angle) / pitch, cos(angle) / pitch];
}

/** Values of a table along one step of a lattice. */
export const TABLE_SIDE = 32;

/** The highest wave of a lattice that is looked at, in waves a step. */
const HIGHEST = 6;

/**
 * What repeats with a lattice, as the sensor sees it: a table of `TABLE_SIDE` squared values over one step both ways. Its waves are computed one
 * by one and weakened as lens and pixels do, so that nothing is folded but by the sensor's own grid.
 *
 * @param pattern `side` squared values over one step
 */
export function seenPattern(
  pattern: Float32Array,
  side: number,
  lattice: Lattice,
  { jacobian }: SensorView,
  blur: number,
): Float32Array {
  const [a, b, c, d] = lattice;
  const [xx, xy, yx, yy] = jacobian;
  const determinant = xx * yy - xy * yx;
  const table = new Float32Array(TABLE_SIDE * TABLE_SIDE);
  for (let m = -HIGHEST; m <= HIGHEST; m++) {
    for (let n = 0; n <= HIGHEST; n++) {
      if (n === 0 && m < 0) continue;
      // waves a millimetre, then waves a pixel: the transposed inverse of the view
      const [kx, ky] = [m * a + n * c, m * b + n * d];
      const passed = transferred(blur, (kx * yy - ky * yx) / determinant, (ky * xx - kx * xy) / determinant);
      if (passed < 1e-4) continue;
      let [re, im] = [0, 0];
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          const phase = (2 * PI * (m * (x + 0.5) + n * (y + 0.5))) / side;
          re += pattern[y * side + x]! * cos(phase);
          im -= pattern[y * side + x]! * sin(phase);
        }
      }
      const weight = ((m === 0 && n === 0 ? 1 : 2) * passed) / (side * side);
      for (let y = 0; y < TABLE_SIDE; y++) {
        for (let x = 0; x < TABLE_SIDE; x++) {
          const phase = (2 * PI * (m * (x + 0.5) + n * (y + 0.5))) / TABLE_SIDE;
          const at = y * TABLE_SIDE + x;
          table[at] = table[at]! + weight * (re * cos(phase) - im * sin(phase));
        }
      }
    }
  }
  return table;
}

/** The value of a table at a place given in steps of its lattice. */
export function tabled(table: Float32Array, offset: number, u: number, v: number): number {
  const x = (u - floor(u)) * TABLE_SIDE - 0.5;
  const y = (v - floor(v)) * TABLE_SIDE - 0.5;
  const [x0, y0] = [floor(x), floor(y)];
  const [fx, fy] = [x - x0, y - y0];
  const mask = TABLE_SIDE - 1;
  const [upper, lower] = [offset + (y0 & mask) * TABLE_SIDE, offset + ((y0 + 1) & mask) * TABLE_SIDE];
  const [left, right] = [x0 & mask, (x0 + 1) & mask];
  return (
    (table[upper + left]! * (1 - fx) + table[upper + right]! * fx) * (1 - fy) +
    (table[lower + left]! * (1 - fx) + table[lower + right]! * fx) * fy
  );
}
