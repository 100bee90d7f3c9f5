import { eyeDistance, type Landmarks, PLANARITY_VERTICES, type Point, vertex } from './landmarks.ts';
import { NormalEquations } from './least-squares.ts';

/** Refinements of the homography after the direct solution; four more change nothing in the fourth digit. */
const ITERATIONS = 4;

/**
 * How far two views of a face are from being two views of one plane: RMS distance between the vertices of `seen` and
 * those of `baseline` under the best homography, in eye distances of the baseline. About 0.1 ms.
 *
 * A photograph of a face, however held or warped in perspective, is a plane and leaves next to nothing; a head that turns
 * leaves the parallax of the nose. Zero where no homography exists.
 */
export function planarityResidual(baseline: Landmarks, seen: Landmarks): number {
  const scale = eyeDistance(baseline);
  if (!(scale > 0)) return 0;
  const centre = vertex(baseline, 6);
  const shiftSeen = vertex(seen, 6);
  const from = PLANARITY_VERTICES.map((index) => relative(vertex(baseline, index), centre, scale));
  const to = PLANARITY_VERTICES.map((index) => relative(vertex(seen, index), shiftSeen, scale));
  let homography = directSolution(from, to);
  if (homography === undefined) return 0;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const better = refine(homography, from, to);
    if (better === undefined || residual(better, from, to) > residual(homography, from, to)) break;
    homography = better;
  }
  return residual(homography, from, to);
}

/** h0..h7 row by row, the ninth number is 1. */
type Homography = Float64Array;

function relative(point: Point, centre: Point, scale: number): Point {
  return { x: (point.x - centre.x) / scale, y: (point.y - centre.y) / scale };
}

function directSolution(from: readonly Point[], to: readonly Point[]): Homography | undefined {
  const equations = new NormalEquations(8);
  from.forEach(({ x, y }, k) => {
    const target = to[k]!;
    equations.add([x, y, 1, 0, 0, 0, -x * target.x, -y * target.x], target.x);
    equations.add([0, 0, 0, x, y, 1, -x * target.y, -y * target.y], target.y);
  });
  return equations.solve();
}

/** One Gauss-Newton step on the distance in the image, which the direct solution only approximates. */
function refine(h: Homography, from: readonly Point[], to: readonly Point[]): Homography | undefined {
  const equations = new NormalEquations(8);
  from.forEach((point, k) => {
    const { x, y } = point;
    const { at, w } = project(h, point);
    const target = to[k]!;
    equations.add([x / w, y / w, 1 / w, 0, 0, 0, (-x * at.x) / w, (-y * at.x) / w], target.x - at.x);
    equations.add([0, 0, 0, x / w, y / w, 1 / w, (-x * at.y) / w, (-y * at.y) / w], target.y - at.y);
  });
  const step = equations.solve(1e-9);
  return step?.map((change, k) => h[k]! + change);
}

function residual(h: Homography, from: readonly Point[], to: readonly Point[]): number {
  let sum = 0;
  from.forEach((point, k) => {
    const { at } = project(h, point);
    sum += (at.x - to[k]!.x) ** 2 + (at.y - to[k]!.y) ** 2;
  });
  return Math.sqrt(sum / from.length);
}

function project(h: Homography, { x, y }: Point): { at: Point; w: number } {
  const w = h[6]! * x + h[7]! * y + 1;
  const safe = Math.abs(w) < 1e-6 ? 1e-6 : w;
  return { at: { x: (h[0]! * x + h[1]! * y + h[2]!) / safe, y: (h[3]! * x + h[4]! * y + h[5]!) / safe }, w: safe };
}
