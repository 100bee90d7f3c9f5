import { type GreyPlane, sampled } from './grey-plane.ts';
import type { Point, Quad } from './homography.ts';

/** Pixels between places that are looked at along a line, and to either side of it. */
const STEP = 3;
const ACROSS = 3;
/** Places that a line needs beyond a corner, for anything to be said of it. */
const LEAST_PLACES = 3;
/** Contrast of a side against that of the same line beyond the corner at least, and the share of places where it has to be so. */
const SAME_CONTRAST = 0.5;
const CONTINUED = 0.8;
/** Grey levels below which a side has no contrast to be told by. */
const LEAST_CONTRAST = 6;

/**
 * Sides of an outline beyond which the document goes on to the edge of the picture: there both neighbouring sides go on as they were, dark to
 * bright or bright to dark. Such a side is a line printed on a document of which the picture shows a part.
 */
export function sidesGoneBeyond(plane: GreyPlane, corners: Quad): number {
  return corners.filter((corner, k) => {
    const [before, next, after] = [corners[(k + 3) % 4]!, corners[(k + 1) % 4]!, corners[(k + 2) % 4]!];
    return goesOn(plane, before, corner) && goesOn(plane, after, next);
  }).length;
}

/** Whether the line from one corner to another goes on behind it to the edge of the picture. */
function goesOn(plane: GreyPlane, from: Point, to: Point): boolean {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const inPicture = ({ x, y }: Point) =>
    x >= ACROSS && y >= ACROSS && x < plane.width - ACROSS && y < plane.height - ACROSS;
  const contrastAt = (along: number): number | undefined => {
    const at = { x: to.x + along * ux, y: to.y + along * uy };
    if (!inPicture(at)) return undefined;
    return (
      sampled(plane, at.x - ACROSS * uy, at.y + ACROSS * ux) - sampled(plane, at.x + ACROSS * uy, at.y - ACROSS * ux)
    );
  };
  const along: number[] = [];
  for (let distance = 2 * STEP; ; distance += STEP) {
    const contrast = contrastAt(distance);
    if (contrast === undefined) break;
    along.push(contrast);
  }
  if (along.length < LEAST_PLACES) return false;
  const own = Array.from({ length: 40 }, (_, k) => contrastAt(-((k + 1) / 41) * length) ?? 0).sort(
    (a, b) => a - b,
  )[20]!;
  if (Math.abs(own) < LEAST_CONTRAST) return false;
  return along.filter((contrast) => contrast / own >= SAME_CONTRAST).length >= CONTINUED * along.length;
}
