import { type CornerFeature, cornerFeatures, differences } from './corner-features.ts';
import { fixedDraws } from './fixed-draws.ts';
import { type GreyPlane, resized } from './grey-plane.ts';
import { type Homography, homographyThrough, mapped, type Point, type Quad } from './homography.ts';

// taken out of Math once, as in grey-plane.ts
const { abs, floor, hypot, round } = Math;

/** A flat thing by which it is found again in other pictures. */
export interface Findable {
  readonly width: number;
  readonly height: number;
  readonly features: readonly CornerFeature[];
}

/** Corners of the thing, and of each size of the picture, at most. */
const MOST_OF_THING = 500;
const MOST_OF_PICTURE = 400;
/** Sizes of the picture that are looked at, by what is to be as wide as the thing is: descriptions stand a tenth more or less. */
const SHARES = [0.5, 0.6, 0.72, 0.86] as const;
/** Descriptions of one corner differ in at most so many of 256 comparisons. */
const MOST_DIFFERENCES = 72;
/** Tries to find three pairs of corners that are right. */
const TRIES = 600;
/** Pixels of the thing by which a pair may be off: before perspective is known, and then. */
const TOLERANCES = [7, 4, 2.5, 2.5] as const;
/** Pairs that agree at least: rendered documents 28 and more; others of the same kind, which look different in other ways, up to 18, of other kinds mostly up to 7. */
const FEWEST = 14;

/** Prepares something that is to be found again, straight: a document as a scanner shows it, 320 pixels wide or so. */
export function findable(plane: GreyPlane): Findable {
  return { width: plane.width, height: plane.height, features: cornerFeatures(plane, MOST_OF_THING) };
}

/**
 * Finds a flat thing in a picture, at any angle, by corners of what is drawn on it; what covers some of it, or is like its outline, does not matter. The
 * corners of the thing in pixels of the picture, its upper left first; undefined where it is not. 0.15 s for 640 pixels.
 */
export function findAgain(thing: Findable, picture: GreyPlane): Quad | undefined {
  const pairs = pairsOf(thing, featuresOf(picture, thing.width));
  if (pairs.length < FEWEST) return undefined;
  let agreeing = largestAgreement(pairs);
  let homography: Homography | undefined;
  for (const tolerance of TOLERANCES) {
    if (agreeing.length < FEWEST) return undefined;
    homography = homographyThrough(
      agreeing.map(({ from }) => from),
      agreeing.map(({ to }) => to),
    );
    if (homography === undefined) return undefined;
    const map = homography;
    agreeing = pairs.filter(({ from, to, scale }) => {
      const at = mapped(map, from.x, from.y);
      return hypot(at.x - to.x, at.y - to.y) <= tolerance * scale;
    });
  }
  if (homography === undefined || agreeing.length < FEWEST) return undefined;
  const { width, height } = thing;
  const corner = (x: number, y: number) => mapped(homography, x, y);
  const quad: Quad = [corner(0, 0), corner(width, 0), corner(width, height), corner(0, height)];
  return isConvex(quad) ? quad : undefined;
}

interface Pair {
  readonly from: Point;
  readonly to: Point;
  /** pixels of the picture for one of the thing */
  readonly scale: number;
}

interface ScaledFeature extends CornerFeature {
  readonly scale: number;
}

/** Corners of a picture at several sizes, their places in its own pixels. */
function featuresOf(picture: GreyPlane, width: number): ScaledFeature[] {
  return SHARES.flatMap((share) => {
    const scale = (share * picture.width) / width;
    const plane = resized(picture, round(picture.width / scale), round(picture.height / scale));
    return cornerFeatures(plane, MOST_OF_PICTURE).map(({ x, y, description }) => ({
      ...{ x: (x + 0.5) * scale - 0.5, y: (y + 0.5) * scale - 0.5 },
      ...{ description, scale },
    }));
  });
}

/** Corners of which each is the likest to the other. */
function pairsOf({ features }: Findable, seen: readonly ScaledFeature[]): Pair[] {
  const best = features.map(() => ({ index: -1, differences: MOST_DIFFERENCES + 1 }));
  const bestOfSeen = seen.map((other, index) => {
    let [nearest, least] = [-1, MOST_DIFFERENCES + 1];
    for (const [k, { description }] of features.entries()) {
      const count = differences(description, other.description);
      if (count < least) [nearest, least] = [k, count];
      if (count < best[k]!.differences) best[k] = { index, differences: count };
    }
    return nearest;
  });
  return features.flatMap((from, k) => {
    const { index } = best[k]!;
    if (index < 0 || bestOfSeen[index] !== k) return [];
    const to = seen[index]!;
    return [{ from, to, scale: to.scale }];
  });
}

/** The most pairs that one affine map explains, of those through three pairs drawn again and again, always the same way. */
function largestAgreement(pairs: readonly Pair[]): readonly Pair[] {
  const next = fixedDraws();
  const drawn = () => pairs[floor(next() * pairs.length)]!;
  let best: readonly Pair[] = [];
  for (let k = 0; k < TRIES; k++) {
    const map = affineThrough(drawn(), drawn(), drawn());
    if (map === undefined) continue;
    const agreeing = pairs.filter(({ from, to, scale }) => {
      const at = map(from);
      return hypot(at.x - to.x, at.y - to.y) <= TOLERANCES[0] * scale;
    });
    if (agreeing.length > best.length) best = agreeing;
  }
  return best;
}

/** The affine map through three pairs; undefined where they lie on one line, or where it shears, mirrors or shrinks as no view of a thing that is held does. */
function affineThrough(a: Pair, b: Pair, c: Pair): ((point: Point) => Point) | undefined {
  const [x1, y1, x2, y2] = [b.from.x - a.from.x, b.from.y - a.from.y, c.from.x - a.from.x, c.from.y - a.from.y];
  const determinant = x1 * y2 - x2 * y1;
  if (abs(determinant) < 200) return undefined;
  const across = (one: number, other: number) =>
    [(one * y2 - other * y1) / determinant, (other * x1 - one * x2) / determinant] as const;
  const [xx, xy] = across(b.to.x - a.to.x, c.to.x - a.to.x);
  const [yx, yy] = across(b.to.y - a.to.y, c.to.y - a.to.y);
  const area = (xx * yy - xy * yx) / (a.scale * a.scale);
  const [first, second] = [hypot(xx, yx), hypot(xy, yy)];
  if (area < 0.4 || area > 2.5 || first > 1.6 * second || second > 1.6 * first) return undefined;
  return ({ x, y }) => ({
    x: a.to.x + xx * (x - a.from.x) + xy * (y - a.from.y),
    y: a.to.y + yx * (x - a.from.x) + yy * (y - a.from.y),
  });
}

function isConvex(quad: Quad): boolean {
  return quad.every((corner, k) => {
    const [next, after] = [quad[(k + 1) % 4]!, quad[(k + 2) % 4]!];
    return (next.x - corner.x) * (after.y - next.y) - (next.y - corner.y) * (after.x - next.x) > 0;
  });
}
