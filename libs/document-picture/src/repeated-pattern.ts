import { inPicture, type Lie, onDocument, stepsAt } from './document-lie.ts';
import { squareTransform } from './fourier.ts';
import type { RgbImage } from './grey-plane.ts';
import type { Homography, Point, Quad } from './homography.ts';
import { NO_PEAK, type PeakMap, type Planes, SpectrumPeaks } from './spectrum-peaks.ts';
import { heightOf, placesOf, squaresAt, widthOf } from './square-groups.ts';
import { commonPairs, type PairAt, pairsOf, strongest, turnedPairs, type WavePair } from './wave-pairs.ts';

const { atan2, cos, floor, hypot, max, round, sin } = Math;

/** Side of the squares that are looked at, pixels; the smaller for documents that are small in their picture. */
const SIDES = [256, 128] as const;
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

/** What is told of a document that is too small to look for patterns in. */
const TOO_SMALL = -1;

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
 * natural logarithm of the power of its waves over what is beside them, 0 where nothing repeats, `TOO_SMALL` where the document is too small to say.
 *
 * Lines of security printing run one way, or change from place to place; a net of them is coarser than what is looked for, and lies in the picture as the
 * document does, while what a sensor makes of finer waves does not.
 */
export function repeatedPattern(image: RgbImage, lie: Lie): number {
  const side = SIDES.find((some) => placesOf(lie.corners, image, some).length > 0);
  if (side === undefined) return TOO_SMALL;
  const spectrum = new SpectrumPeaks(squareTransform(side));
  const groups = placesOf(lie.corners, image, side).map((place) => {
    const planes = planesOf(image, place, side);
    const maps = squaresAt(side).map(({ x, y }) => spectrum.of(planes, x, y));
    const middle = { x: place.x + widthOf(side) / 2, y: place.y + heightOf(side) / 2 };
    return groupOf(maps, middle, side, lie);
  });
  return max(0, judged(groups, side, lie));
}

/** Brightness and red against blue of a group of squares. */
function planesOf({ width, rgb }: RgbImage, { x, y }: Point, side: number): Planes {
  const [across, down] = [widthOf(side), heightOf(side)];
  const [bright, colour] = [new Float32Array(across * down), new Float32Array(across * down)];
  for (let row = 0, to = 0; row < down; row++) {
    for (let at = 3 * ((y + row) * width + x), k = 0; k < across; k++, to++, at += 3) {
      bright[to] = 0.299 * rgb[at]! + 0.587 * rgb[at + 1]! + 0.114 * rgb[at + 2]!;
      colour[to] = rgb[at]! - rgb[at + 2]!;
    }
  }
  return { width: across, values: [bright, colour] };
}

/** What the groups say together: half of them have to. */
function judged(groups: readonly Group[], side: number, lie: Lie): number {
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

const quarterTurns = (x: number, y: number): readonly (readonly [number, number])[] => [
  [x, y],
  [-y, x],
  [-x, -y],
  [y, -x],
];

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
    const [x, y] = onDocument({ fx: cos(direction), fy: sin(direction) }, steps);
    return (FINEST_PRINT * side) / hypot(x, y);
  };
}

/** Longer side of a card, millimetres. */
const SMALLEST_DOCUMENT = 85.6;
