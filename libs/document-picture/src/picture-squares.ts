import type { RgbImage } from './grey-plane.ts';
import type { Point, Quad } from './homography.ts';

const { abs, hypot, max } = Math;

/** Squares at most. */
const MOST = { inside: 16, outside: 12 } as const;
/** Share of a square's side by which it may reach over the document's: there its window shows nearly nothing. */
const FADED = 0.15;
/** Pixels that an outline may be wrong by. */
const OUTLINE = 3;

/** Upper left corners of squares of a picture that show the document, and of such that show what is around it. */
export interface PictureSquares {
  readonly side: number;
  readonly inside: readonly Point[];
  readonly outside: readonly Point[];
}

/** Squares of that side, spread over the document and over what is around it, each at most half over the next. */
export function pictureSquares(
  corners: Quad,
  { width, height }: Pick<RgbImage, 'width' | 'height'>,
  side: number,
): PictureSquares {
  const [inside, outside]: [Point[], Point[]] = [[], []];
  for (let y = 0; y + side <= height; y += side / 4) {
    for (let x = 0; x + side <= width; x += side / 4) {
      const [shown, beyond] = [leastWithin(corners, { x, y }, side, FADED * side), mostWithin(corners, { x, y }, side)];
      if (shown >= 0) inside.push({ x, y });
      else if (beyond <= -OUTLINE) outside.push({ x, y });
    }
  }
  return { side, inside: spread(inside, MOST.inside, side / 2), outside: spread(outside, MOST.outside, side / 2) };
}

/** Pixels by which a point lies within each side of a document whose corners go around clockwise. */
const within = (corners: Quad, { x, y }: Point): number[] =>
  corners.map((from, k) => {
    const to = corners[(k + 1) % 4]!;
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    return (dx * (y - from.y) - dy * (x - from.x)) / hypot(dx, dy);
  });

const cornersOf = ({ x, y }: Point, side: number, inset: number): Point[] => {
  const [near, far] = [inset, side - inset];
  return [
    { x: x + near, y: y + near },
    { x: x + far, y: y + near },
    { x: x + near, y: y + far },
    { x: x + far, y: y + far },
  ];
};

/** Pixels by which all of a square, but for `inset`, lies within all sides. */
const leastWithin = (corners: Quad, square: Point, side: number, inset: number): number =>
  Math.min(...cornersOf(square, side, inset).flatMap((point) => within(corners, point)));

/** Pixels by which some of a square lies within the side that it is most beyond. */
const mostWithin = (corners: Quad, square: Point, side: number): number => {
  const of = cornersOf(square, side, 0).map((point) => within(corners, point));
  return Math.min(...[0, 1, 2, 3].map((k) => max(...of.map((distances) => distances[k]!))));
};

/** So many at most, each the farthest from those before, none nearer than `apart`. */
function spread(all: readonly Point[], most: number, apart: number): Point[] {
  const chosen: Point[] = [];
  const distances = new Float64Array(all.length).fill(Number.POSITIVE_INFINITY);
  for (let next = all[0]; next !== undefined && chosen.length < most; ) {
    const { x, y } = next;
    chosen.push(next);
    let farthest = -1;
    for (const [k, other] of all.entries()) {
      distances[k] = Math.min(distances[k]!, max(abs(other.x - x), abs(other.y - y)));
      if (farthest < 0 || distances[k]! > distances[farthest]!) farthest = k;
    }
    next = distances[farthest]! >= apart ? all[farthest] : undefined;
  }
  return chosen;
}
