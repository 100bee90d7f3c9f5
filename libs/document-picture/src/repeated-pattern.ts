import { squareTransform } from './fourier.ts';
import type { RgbImage } from './grey-plane.ts';
import { type Homography, mapped, type Point, type Quad } from './homography.ts';
import { NO_PEAK, type PeakMap, SpectrumPeaks } from './spectrum-peaks.ts';
import { commonPairs, type PairAt, pairsOf, strongest, turnedPairs, type WavePair } from './wave-pairs.ts';

const { abs, atan2, cos, floor, hypot, max, min, round, sin } = Math;

/** Side of the squares that are looked at, pixels; the smaller for documents that are small in their picture. */
const SIDES = [256, 128] as const;
/** Groups of squares across and down at most. */
const MOST = { across: 2, down: 2 } as const;
/** Squares of a group across and down, each half over the next: those agree on a frequency, which perspective moves little so near. */
const GROUP = { across: 3, down: 2 } as const;
/** The finest nets that are printed on documents, lines a millimetre. */
const FINEST_PRINT = 5;
/** A net of lines is there from here on. */
const NET = 0.7;
/** How far the same net has to stand out elsewhere, and bins by which it may be elsewhere than perspective has it. */
const NET_ELSEWHERE = 0.3;
const RIGID = 2;
/** Share of the groups that has to have a net for it to be printed. */
const RIGID_SHARE = 0.6;
/** By how much more a net has to stand out that is in colour alone: pale inks hardly show in brightness beside text. */
const COLOUR_ALONE = 1.5;

/** Where a document lies in a picture. */
export interface Lie {
  readonly corners: Quad;
  /** pixels from millimetres of the document; undefined where its outline was not seen */
  readonly fromMillimetres: Homography | undefined;
}

/** What a group of squares agrees on. */
interface Group {
  readonly middle: Point;
  /** how far waves stand out that are finer than anything printed on documents */
  readonly fine: number;
  /** the strongest that are not */
  readonly coarse: WavePair | undefined;
  /** how far one stands out in colour of which brightness shows nothing: no ink has such */
  readonly inColourAlone: number;
  /** screens of several inks */
  readonly turned: number;
  /** how far any pair stands out, in brightness or colour */
  readonly pair: PairAt;
}

/**
 * How far a pattern stands out that repeats all over a document in two directions at a right angle, as the pixels of a screen and the dots of a print do:
 * natural logarithm of the power of its waves over what is beside them, about 0 where nothing repeats, -1 where the document is too small to say.
 *
 * Lines of security printing run one way, or change from place to place; a net of them is coarser than what is looked for, and lies in the picture as the
 * document does, while what a sensor makes of finer waves does not.
 */
export function repeatedPattern(image: RgbImage, lie: Lie): number {
  const { width, rgb } = image;
  const side = SIDES.find((some) => placesOf(lie.corners, image, some).length > 0);
  if (side === undefined) return NO_PEAK;
  const spectrum = new SpectrumPeaks(squareTransform(side));
  const groups = placesOf(lie.corners, image, side).map((place) => {
    const maps = squaresAt(place, side).map(({ x, y }) => {
      const at = (k: number) => 3 * ((y + floor(k / side)) * width + x + (k % side));
      return spectrum.of(
        (k) => 0.299 * rgb[at(k)]! + 0.587 * rgb[at(k) + 1]! + 0.114 * rgb[at(k) + 2]!,
        (k) => rgb[at(k)]! - rgb[at(k) + 2]!,
      );
    });
    const middle = { x: place.x + widthOf(side) / 2, y: place.y + heightOf(side) / 2 };
    return groupOf(maps, middle, side, lie);
  });
  return judged(groups, side, lie);
}

/** What the groups say together: half of them have to. */
function judged(groups: readonly Group[], side: number, lie: Lie): number {
  if (groups.length === 0) return NO_PEAK;
  const middle = (values: readonly number[]) => [...values].sort((a, b) => b - a)[floor((values.length - 1) / 2)]!;
  const turned = middle(groups.map((group) => group.turned));
  const coarse = middle(groups.map((group) => group.coarse?.stands ?? NO_PEAK));
  if (coarse < NET) return max(turned, middle(groups.map(({ fine }) => fine)));
  // a net: printed if it lies as the document does, and then whatever else there is may be what the sensor makes of it
  const colourAlone = middle(groups.map((group) => group.inColourAlone)) - COLOUR_ALONE;
  return isRigid(groups, side, lie) ? max(turned, colourAlone) : max(turned, coarse);
}

/** Whether the waves that the groups have are those of one net on the document. Where it is not known how that lies, they may be. */
function isRigid(groups: readonly Group[], side: number, { fromMillimetres }: Lie): boolean {
  if (fromMillimetres === undefined) return true;
  const placed = groups.map((group) => ({ ...group, steps: stepsAt(fromMillimetres, group.middle) }));
  return placed.some(({ coarse, steps }) => {
    if (coarse === undefined || coarse.stands < NET) return false;
    const net = onDocument(coarse, steps);
    const same = placed.filter((other) => standsNear(other.pair, inPicture(net, other.steps), side));
    return same.length >= RIGID_SHARE * groups.length;
  });
}

/** Whether a pair stands out near a place between bins. */
function standsNear(pair: PairAt, [x, y]: readonly [number, number], side: number): boolean {
  // a quarter turn of a pair is the pair
  const [a, b] = quarterTurns(x, y).find(([fx, fy]) => fx > 0 && fy >= 0) ?? [0, 0];
  const [fx, fy] = [round(a), round(b)];
  for (let j = -RIGID; j <= RIGID; j++) {
    for (let i = -RIGID; i <= RIGID; i++) {
      const [u, v] = fy + j >= 0 ? [fx + i, fy + j] : [-(fy + j), fx + i];
      if (u > 0 && v >= 0 && max(u, v) < side / 2 && pair(u, v) >= NET_ELSEWHERE) return true;
    }
  }
  return false;
}

/** What a millimetre to the right and one down of the document are in the picture, at a place of it, pixels. */
type Steps = readonly [Point, Point];

function stepsAt(fromMillimetres: Homography, at: Point): Steps {
  const { x, y } = millimetresAt(fromMillimetres, at);
  const here = mapped(fromMillimetres, x, y);
  return [mapped(fromMillimetres, x + 1, y), mapped(fromMillimetres, x, y + 1)].map((there) => ({
    x: there.x - here.x,
    y: there.y - here.y,
  })) as unknown as Steps;
}

/** The place on the document that is seen at one of the picture. */
function millimetresAt([a, b, c, d, e, f, g, h]: Homography, { x, y }: Point): Point {
  const [p, q, r] = [a! - g! * x, b! - h! * x, x - c!];
  const [s, t, u] = [d! - g! * y, e! - h! * y, y - f!];
  const determinant = p * t - q * s;
  return { x: (r * t - q * u) / determinant, y: (p * u - r * s) / determinant };
}

/** A wave of the picture on the document: so many bins to a millimetre in place of a pixel. */
const onDocument = ({ fx, fy }: WavePair, [right, down]: Steps): [number, number] => [
  right.x * fx + right.y * fy,
  down.x * fx + down.y * fy,
];

function inPicture([x, y]: readonly [number, number], [right, down]: Steps): [number, number] {
  const determinant = right.x * down.y - right.y * down.x;
  return [(down.y * x - right.y * y) / determinant, (right.x * y - down.x * x) / determinant];
}

const quarterTurns = (x: number, y: number): readonly (readonly [number, number])[] => [
  [x, y],
  [-y, x],
  [-x, -y],
  [y, -x],
];

const widthOf = (side: number) => ((GROUP.across + 1) * side) / 2;
const heightOf = (side: number) => ((GROUP.down + 1) * side) / 2;

/** Where groups lie within the document, their upper left corners: in rows and columns along its sides. */
function placesOf(corners: Quad, { width, height }: RgbImage, side: number): Point[] {
  const length = (a: number, b: number) => hypot(corners[a]!.x - corners[b]!.x, corners[a]!.y - corners[b]!.y);
  const [w, h] = [widthOf(side), heightOf(side)];
  // a document that stands upright in the picture has its longer side down
  const lies = abs(corners[1].x - corners[0].x) >= abs(corners[1].y - corners[0].y);
  const [alongX, alongY] = lies ? [w, h] : [h, w];
  const shares = (own: number, whole: number, most: number) => {
    const count = min(most, floor(whole / own));
    const first = (0.52 * own) / whole;
    return Array.from({ length: max(0, count) }, (_, k) =>
      count > 1 ? first + (k * (1 - 2 * first)) / (count - 1) : 0.5,
    );
  };
  const columns = shares(alongX, (length(0, 1) + length(2, 3)) / 2, MOST.across);
  const rows = shares(alongY, (length(1, 2) + length(3, 0)) / 2, MOST.down);
  const between = (a: Point, b: Point, share: number) => ({
    x: a.x + share * (b.x - a.x),
    y: a.y + share * (b.y - a.y),
  });
  const inset = side / 4;
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

const squaresAt = ({ x, y }: Point, side: number): Point[] =>
  Array.from({ length: GROUP.across * GROUP.down }, (_, k) => ({
    x: x + ((k % GROUP.across) * side) / 2,
    y: y + (floor(k / GROUP.across) * side) / 2,
  }));

/** Whether a point lies within corners that go around clockwise. */
function isInside(corners: Quad, x: number, y: number): boolean {
  return corners.every((from, k) => {
    const to = corners[(k + 1) % 4]!;
    return (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x) >= 0;
  });
}

/** What neighbouring squares agree on. */
function groupOf(
  squares: readonly (readonly [PeakMap, PeakMap])[],
  middle: Point,
  side: number,
  { fromMillimetres, corners }: Lie,
): Group {
  const planes = ([0, 1] as const).map((plane) => {
    const maps = squares.map((peaks) => peaks[plane]);
    const pair = commonPairs(maps, side);
    const pairs = pairsOf(pair, side);
    const limit = finestPrint(fromMillimetres, corners, middle, side);
    const isFine = ({ fx, fy }: WavePair) => hypot(fx, fy) > limit(atan2(fy, fx));
    const coarse = pairs.filter((one) => !isFine(one));
    return {
      fine: strongest(pairs.filter(isFine)),
      coarse: strongest(coarse),
      turned: plane === 0 ? turnedPairs(pair, coarse) : NO_PEAK,
      pair,
    };
  });
  return {
    middle,
    fine: max(...planes.map(({ fine }) => fine?.stands ?? NO_PEAK)),
    coarse: strongest(planes.flatMap(({ coarse }) => coarse ?? [])),
    turned: max(...planes.map(({ turned }) => turned)),
    inColourAlone: standsInColourAlone(planes[1]!.coarse, planes[0]!.pair, side),
    pair: (fx, fy) => max(planes[0]!.pair(fx, fy), planes[1]!.pair(fx, fy)),
  };
}

/** How far the strongest pair of colour stands out, if there is none of brightness at its place. */
function standsInColourAlone(coarse: WavePair | undefined, brightness: PairAt, side: number): number {
  return coarse === undefined || standsNear(brightness, [coarse.fx, coarse.fy], side) ? NO_PEAK : coarse.stands;
}

/** Bins of the finest printed net, by the direction of its waves in the picture. */
function finestPrint(fromMillimetres: Homography | undefined, corners: Quad, middle: Point, side: number) {
  if (fromMillimetres === undefined) {
    const longer = max(hypot(corners[1].x - corners[0].x, corners[1].y - corners[0].y), 1);
    return () => (FINEST_PRINT * side * SMALLEST_DOCUMENT) / longer;
  }
  const steps = stepsAt(fromMillimetres, middle);
  return (direction: number) => {
    const [x, y] = onDocument({ fx: cos(direction), fy: sin(direction), stands: 0 }, steps);
    return (FINEST_PRINT * side) / hypot(x, y);
  };
}

/** Longer side of a card, millimetres. */
const SMALLEST_DOCUMENT = 85.6;
