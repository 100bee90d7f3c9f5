import type { RgbImage } from './grey-plane.ts';
import type { Point, Quad } from './homography.ts';

const { abs, floor, hypot, max, min, round } = Math;

/** Groups of squares across and down at most. */
const MOST = { across: 2, down: 2 } as const;
/** Squares of a group across and down, each half over the next: those agree on a frequency, which perspective moves little so near. */
const GROUP = { across: 3, down: 2 } as const;

/** Pixels across of a group of squares of that side. */
export const widthOf = (side: number) => ((GROUP.across + 1) * side) / 2;
/** Pixels down of one. */
export const heightOf = (side: number) => ((GROUP.down + 1) * side) / 2;

/** Where groups lie within the document, their upper left corners: in rows and columns along its sides, however it is turned. */
export function placesOf(corners: Quad, { width, height }: Pick<RgbImage, 'width' | 'height'>, side: number): Point[] {
  const length = (a: number, b: number) => hypot(corners[a]!.x - corners[b]!.x, corners[a]!.y - corners[b]!.y);
  const [w, h] = [widthOf(side), heightOf(side)];
  // a document that stands upright in the picture has its longer side down
  const lies = abs(corners[1].x - corners[0].x) >= abs(corners[1].y - corners[0].y);
  const [alongX, alongY] = lies ? [w, h] : [h, w];
  const inset = side / 4;
  // a pixel more: places are rounded
  const reach = reachOf(corners, w / 2 - inset + 1, h / 2 - inset + 1);
  const shares = (own: number, whole: number, most: number, reached: number) => {
    const count = min(most, floor(whole / own));
    const first = max((0.52 * own) / whole, reached);
    return Array.from({ length: max(0, count) }, (_, k) =>
      count > 1 ? first + (k * (1 - 2 * first)) / (count - 1) : 0.5,
    );
  };
  const columns = shares(alongX, (length(0, 1) + length(2, 3)) / 2, MOST.across, reach.across);
  const rows = shares(alongY, (length(1, 2) + length(3, 0)) / 2, MOST.down, reach.down);
  const between = (a: Point, b: Point, share: number) => ({
    x: a.x + share * (b.x - a.x),
    y: a.y + share * (b.y - a.y),
  });
  return rows
    .flatMap((v) =>
      columns.map((u) => between(between(corners[0], corners[1], u), between(corners[3], corners[2], u), v)),
    )
    .map(({ x, y }) => ({ x: round(x - w / 2), y: round(y - h / 2) }))
    .filter(({ x, y }) => x >= 0 && y >= 0 && x + w <= width && y + h <= height)
    .filter(({ x, y }) =>
      [inset, w - inset].every((dx) => [inset, h - inset].every((dy) => isInside(corners, x + dx, y + dy))),
    );
}

/** How far a box of the picture reaches to either side of its middle along the sides of a document, shares of those. */
function reachOf([a, b, c, d]: Quad, dx: number, dy: number): { across: number; down: number } {
  const across = { x: (b.x - a.x + c.x - d.x) / 2, y: (b.y - a.y + c.y - d.y) / 2 };
  const down = { x: (d.x - a.x + c.x - b.x) / 2, y: (d.y - a.y + c.y - b.y) / 2 };
  const area = abs(across.x * down.y - across.y * down.x);
  return {
    across: (dx * abs(down.y) + dy * abs(down.x)) / area,
    down: (dx * abs(across.y) + dy * abs(across.x)) / area,
  };
}

/** Upper left corners of the squares of a group, from its own. */
export const squaresAt = (side: number): Point[] =>
  Array.from({ length: GROUP.across * GROUP.down }, (_, k) => ({
    x: ((k % GROUP.across) * side) / 2,
    y: (floor(k / GROUP.across) * side) / 2,
  }));

/** Whether a point lies within corners that go around clockwise. */
function isInside(corners: Quad, x: number, y: number): boolean {
  return corners.every((from, k) => {
    const to = corners[(k + 1) % 4]!;
    return (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x) >= 0;
  });
}
