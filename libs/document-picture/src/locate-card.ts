import { boxBlurred, type GreyPlane, resized, sampled } from './grey-plane.ts';
import type { Point, Quad } from './homography.ts';

/** Sizes of identity documents (ISO/IEC 7810), millimetres. */
export const CARD_SIZES = {
  /** cards */
  'ID-1': { width: 85.6, height: 53.98 },
  /** the data page of a passport */
  'ID-3': { width: 125, height: 88 },
} as const;

export type CardSize = keyof typeof CARD_SIZES;

/** A document found in a picture. */
export interface LocatedCard {
  /** corners in pixels of the picture, clockwise; its first side is a long one. They may lie a little outside of the picture */
  readonly corners: Quad;
  readonly size: CardSize;
  /** share of its outline where an edge was seen, 0..1 */
  readonly support: number;
  /** the same of the side that is seen least */
  readonly leastSupport: number;
}

/** A straight line `x cos + y sin = distance`, and its direction in degrees, 0 to 180. */
interface Line {
  readonly degrees: number;
  readonly cos: number;
  readonly sin: number;
  readonly distance: number;
  /** it is an edge of the picture itself */
  readonly border: boolean;
}

/** Longer side of the picture in which lines are looked for. */
const SEARCH_SIDE = 440;
/** Lines considered. */
const MAX_LINES = 26;
/** What an edge of the picture counts for, as a side of a document that goes beyond it. */
const BORDER_SUPPORT = 0.3;
/** Mean support of the sides of a document at least, and of its worst. */
const MIN_SUPPORT = 0.52;
const MIN_SIDE_SUPPORT = 0.25;
/** Area of a document against the picture at least. */
const MIN_AREA = 0.06;

/**
 * What is printed on a document is at most so much of it, and the document then has so much support at least. Of four pictures in which a portrait, with lines beside it, was
 * taken for the document, it was 0.15 to 0.27 of it. Three of the documents have a support of 0.78, 0.91 and 1.00; the fourth's sides are not all found, and other lines around its
 * portrait have 0.65.
 */
const PRINTED = { share: 0.3, support: 0.7 } as const;
/** Degrees within which sides of a document have the directions of what is printed on it: up to 2 in those pictures. */
const PRINTED_TURN = 12;

/** Documents lying in a picture, the most likely first and none within another: their outlines are found as straight edges. */
export function locateCards(plane: GreyPlane): LocatedCard[] {
  const scale = Math.min(1, SEARCH_SIDE / Math.max(plane.width, plane.height));
  const small = scale === 1 ? plane : resized(plane, Math.round(plane.width * scale), Math.round(plane.height * scale));
  const candidates = candidatesIn(small);
  const chosen: Candidate[] = [];
  for (const candidate of candidates) {
    if (chosen.length === 3) break;
    if (chosen.every((other) => apart(candidate.corners, other.corners))) chosen.push(candidate);
  }
  return chosen.map(({ corners, ...card }) => {
    const scaled = corners.map(({ x, y }) => ({ x: (x + 0.5) / scale - 0.5, y: (y + 0.5) / scale - 0.5 }));
    return { ...card, corners: refined(plane, scaled as unknown as Quad, 1 / scale) };
  });
}

/**
 * Outlines in a picture, the most likely first. A portrait can have more support than its document: one that is cut ends at an edge of the picture, and on a patterned table that
 * is nearly as light its sides are lost. So a document is looked for around what is small, among lines of its directions and with fine patterns blurred.
 */
function candidatesIn(plane: GreyPlane): Candidate[] {
  const found = outlinesIn(plane, 1);
  const [best] = found;
  if (best === undefined || areaOf(best.corners) > PRINTED.share * plane.width * plane.height) return found;
  const around = [...found, ...outlinesIn(plane, 2, best)].filter((outer) => isPrintedOn(best, outer));
  return [...around.sort((a, b) => b.score - a.score).slice(0, 1), ...found];
}

function outlinesIn(plane: GreyPlane, blur: number, along?: Candidate): Candidate[] {
  const edges = edgesOf(boxBlurred(boxBlurred(plane, blur), blur));
  return quadsOf([...strongLines(edges, along), ...bordersOf(plane)], edges).sort((a, b) => b.score - a.score);
}

/** Whether an outline lies within another as a portrait does on a document: across it, and little of it. */
function isPrintedOn({ corners }: Candidate, outer: Candidate): boolean {
  if (outer.support < PRINTED.support || areaOf(corners) > PRINTED.share * areaOf(outer.corners)) return false;
  return (
    Math.abs(Math.sin(turnOf(corners) - turnOf(outer.corners))) > 0.9 && contains(outer.corners, middleOf(corners))
  );
}

/** Direction of an outline's first side, radians. */
const turnOf = ([from, to]: Quad) => Math.atan2(to.y - from.y, to.x - from.x);

interface Edges {
  readonly width: number;
  readonly height: number;
  /** gradient, grey levels a pixel */
  readonly dx: Float32Array;
  readonly dy: Float32Array;
  readonly strength: Float32Array;
  /** strength from which on something is an edge */
  readonly threshold: number;
}

function edgesOf({ width, height, values }: GreyPlane): Edges {
  const [dx, dy, strength] = [0, 0, 0].map(() => new Float32Array(width * height)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      dx[at] = (values[at + 1]! - values[at - 1]!) / 2;
      dy[at] = (values[at + width]! - values[at - width]!) / 2;
      strength[at] = Math.hypot(dx[at]!, dy[at]!);
    }
  }
  const sorted = Float32Array.from(strength).sort();
  const threshold = Math.max(1.6, Math.min(6, sorted[Math.floor(0.8 * sorted.length)]!));
  return { width, height, dx, dy, strength, threshold };
}

/** Lines along which there is most edge (a Hough transform in which each pixel votes for the direction of its own gradient), or those of nearly the directions of an outline. */
function strongLines({ width, height, dx, dy, strength, threshold }: Edges, along?: Candidate): Line[] {
  const reach = Math.ceil(Math.hypot(width, height));
  const bins = 2 * reach + 1;
  const votes = new Float32Array(180 * bins);
  const cosines = Array.from({ length: 180 }, (_, degrees) => Math.cos((degrees * Math.PI) / 180));
  const sines = Array.from({ length: 180 }, (_, degrees) => Math.sin((degrees * Math.PI) / 180));
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      if (strength[at]! < threshold || !isRidge(strength, at, dx[at]!, dy[at]!, width)) continue;
      if (along !== undefined && !isAlong(along, dx[at]!, dy[at]!)) continue;
      const own = Math.round((Math.atan2(dy[at]!, dx[at]!) * 180) / Math.PI);
      for (let turn = -3; turn <= 3; turn++) {
        const degrees = (((own + turn) % 180) + 180) % 180;
        const bin = Math.round(x * cosines[degrees]! + y * sines[degrees]!) + reach;
        votes[degrees * bins + bin]! += Math.min(2, strength[at]! / threshold) * (1 - Math.abs(turn) / 5);
      }
    }
  }
  const lines: Line[] = [];
  while (lines.length < MAX_LINES) {
    let best = 0;
    for (let cell = 1; cell < votes.length; cell++) if (votes[cell]! > votes[best]!) best = cell;
    if (votes[best]! < 0.12 * Math.min(width, height)) break;
    const [degrees, bin] = [Math.floor(best / bins), best % bins];
    lines.push({ degrees, cos: cosines[degrees]!, sin: sines[degrees]!, distance: bin - reach, border: false });
    for (let turn = -5; turn <= 5; turn++) {
      const beside = degrees + turn;
      const wrapped = ((beside % 180) + 180) % 180;
      const middle = wrapped === beside ? bin : 2 * reach - bin;
      for (let k = Math.max(0, middle - 4); k <= Math.min(bins - 1, middle + 4); k++) votes[wrapped * bins + k] = 0;
    }
  }
  return lines;
}

/** Whether an edge has nearly the direction of a side of an outline. */
function isAlong({ corners }: Candidate, dx: number, dy: number): boolean {
  const turn = Math.atan2(dy, dx) - turnOf(corners);
  return Math.abs(Math.sin(2 * turn)) < Math.sin((2 * PRINTED_TURN * Math.PI) / 180);
}

/** Whether the gradient is not stronger to either side along its own direction. */
function isRidge(strength: Float32Array, at: number, dx: number, dy: number, width: number): boolean {
  const step = Math.abs(dx) > Math.abs(dy) ? 1 : width;
  return strength[at]! >= strength[at - step]! && strength[at]! >= strength[at + step]!;
}

function bordersOf({ width, height }: GreyPlane): Line[] {
  const border = (degrees: number, distance: number) => {
    const angle = (degrees * Math.PI) / 180;
    return { degrees, cos: Math.cos(angle), sin: Math.sin(angle), distance, border: true };
  };
  return [border(0, 0), border(0, width - 1), border(90, 0), border(90, height - 1)];
}

interface Candidate extends LocatedCard {
  readonly score: number;
}

function quadsOf(lines: readonly Line[], edges: Edges): Candidate[] {
  const shorter = Math.min(edges.width, edges.height);
  const pairs = lines.flatMap((one, k) =>
    lines
      .slice(k + 1)
      .filter((other) => turnBetween(one, other) <= 16 && gapOf(one, other, edges) > 0.18 * shorter)
      .map((other) => [one, other] as const),
  );
  const candidates: Candidate[] = [];
  for (const [k, [a, c]] of pairs.entries()) {
    for (const [b, d] of pairs.slice(k + 1)) {
      if (turnBetween(a, b) < 62 || turnBetween(c, d) < 62) continue;
      if ([a, b, c, d].filter(({ border }) => border).length > 2) continue;
      const candidate = candidateOf([a, b, c, d], edges);
      if (candidate !== undefined) candidates.push(candidate);
    }
  }
  return candidates;
}

function candidateOf(sides: readonly [Line, Line, Line, Line], edges: Edges): Candidate | undefined {
  const [a, b, c, d] = sides;
  const crossing = [crossed(a, b), crossed(b, c), crossed(c, d), crossed(d, a)];
  if (crossing.some((point) => point === undefined)) return undefined;
  const corners = clockwise(crossing as Point[]);
  const slack = 0.06 * Math.max(edges.width, edges.height);
  const inside = ({ x, y }: Point) => x > -slack && y > -slack && x < edges.width + slack && y < edges.height + slack;
  if (corners === undefined || !corners.every(inside)) return undefined;
  const lengths = corners.map((corner, k) => distance(corner, corners[(k + 1) % 4]!));
  const [first, second] = [(lengths[0]! + lengths[2]!) / 2, (lengths[1]! + lengths[3]!) / 2];
  if (Math.min(...lengths) < 20 || ratio(lengths[0]!, lengths[2]!) < 0.7 || ratio(lengths[1]!, lengths[3]!) < 0.7) {
    return undefined;
  }
  const area = areaOf(corners) / (edges.width * edges.height);
  const size = sizeOf(Math.max(first, second) / Math.min(first, second));
  if (size === undefined || area < MIN_AREA) return undefined;
  const supports = corners.map((corner, k) => supportOf(corner, corners[(k + 1) % 4]!, sides, edges));
  const support = supports.reduce((sum, value) => sum + value, 0) / 4;
  const leastSupport = Math.min(...supports);
  if (support < MIN_SUPPORT || leastSupport < MIN_SIDE_SUPPORT) return undefined;
  const long: Quad = first >= second ? corners : [corners[1], corners[2], corners[3], corners[0]];
  const score = support - 0.6 * size.error + 0.35 * Math.sqrt(area);
  return { corners: long, size: size.size, support, leastSupport, score };
}

/** The size whose proportions are nearest, and how far they are off. Undefined where neither is near. */
function sizeOf(proportion: number): { size: CardSize; error: number } | undefined {
  const errors = (Object.keys(CARD_SIZES) as CardSize[]).map((size) => {
    const { width, height } = CARD_SIZES[size];
    return { size, error: Math.abs(Math.log(proportion / (width / height))) };
  });
  const [nearest] = errors.sort((a, b) => a.error - b.error);
  return nearest!.error <= 0.14 ? nearest : undefined;
}

/** Share of a side along which there is an edge in its direction, always with the same side the brighter. */
function supportOf(from: Point, to: Point, sides: readonly Line[], edges: Edges): number {
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const line = sides.reduce((best, side) => (off(side, middle) < off(best, middle) ? side : best));
  if (line.border) return BORDER_SUPPORT;
  const length = distance(from, to);
  const [nx, ny] = [-(to.y - from.y) / length, (to.x - from.x) / length];
  const steps = 48;
  let [brighter, darker] = [0, 0];
  for (let k = 0; k < steps; k++) {
    // rounded corners are no part of an edge
    const share = 0.05 + (0.9 * (k + 0.5)) / steps;
    const [x, y] = [from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)];
    let across = 0;
    for (const shift of [-2, -1, 0, 1, 2]) {
      const [px, py] = [Math.round(x + shift * nx), Math.round(y + shift * ny)];
      if (px < 1 || py < 1 || px >= edges.width - 1 || py >= edges.height - 1) continue;
      const at = py * edges.width + px;
      const along = edges.dx[at]! * nx + edges.dy[at]! * ny;
      if (edges.strength[at]! >= edges.threshold && Math.abs(along) > 0.94 * edges.strength[at]!) {
        if (Math.abs(along) > Math.abs(across)) across = along;
      }
    }
    if (across > 0) brighter++;
    if (across < 0) darker++;
  }
  return Math.max(brighter, darker) / steps;
}

/** Moves each side to where the edge is in the whole picture, if it is seen there. `reach` pixels to either side, and a few. */
function refined(plane: GreyPlane, corners: Quad, reach: number): Quad {
  const span = Math.ceil(2 * reach + 2);
  const lines = corners.map((from, k) => {
    const to = corners[(k + 1) % 4]!;
    const length = distance(from, to);
    const [nx, ny] = [-(to.y - from.y) / length, (to.x - from.x) / length];
    let points: Point[] = [];
    for (let j = 0; j < 80; j++) {
      const share = 0.06 + (0.88 * j) / 79;
      const [x, y] = [from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)];
      if (x < 3 || y < 3 || x > plane.width - 4 || y > plane.height - 4) continue;
      let [strongest, at] = [0, 0];
      for (let shift = -span; shift <= span; shift++) {
        const [px, py] = [x + shift * nx, y + shift * ny];
        const step = Math.abs(
          sampled(plane, px + 1.5 * nx, py + 1.5 * ny) - sampled(plane, px - 1.5 * nx, py - 1.5 * ny),
        );
        if (step > strongest) [strongest, at] = [step, shift];
      }
      if (strongest > 6) points.push({ x: x + at * nx, y: y + at * ny });
    }
    if (points.length < 24) return lineThrough(from, to);
    for (let round = 0; round < 4; round++) {
      const line = leastSquares(points);
      const offs = points.map((point) => off(line, point)).sort((a, b) => a - b);
      const limit = Math.max(0.7, 2 * offs[Math.floor(offs.length / 2)]!);
      points = points.filter((point) => off(line, point) <= limit);
    }
    return leastSquares(points);
  });
  const moved = corners.map((corner, k) => crossed(lines[(k + 3) % 4]!, lines[k]!) ?? corner);
  const near = moved.every((point, k) => distance(point, corners[k]!) < 4 * span);
  return near ? (moved as unknown as Quad) : corners;
}

function lineThrough(from: Point, to: Point): Line {
  return leastSquares([from, to]);
}

/** The line with the least distances to points: their main axis. */
function leastSquares(points: readonly Point[]): Line {
  const n = points.length;
  const mx = points.reduce((sum, { x }) => sum + x, 0) / n;
  const my = points.reduce((sum, { y }) => sum + y, 0) / n;
  let [xx, xy, yy] = [0, 0, 0];
  for (const { x, y } of points) {
    xx += (x - mx) ** 2;
    xy += (x - mx) * (y - my);
    yy += (y - my) ** 2;
  }
  const normal = 0.5 * Math.atan2(2 * xy, xx - yy) + Math.PI / 2;
  const [cos, sin] = [Math.cos(normal), Math.sin(normal)];
  return { degrees: (normal * 180) / Math.PI, cos, sin, distance: mx * cos + my * sin, border: false };
}

function crossed(one: Line, other: Line): Point | undefined {
  const determinant = one.cos * other.sin - one.sin * other.cos;
  if (Math.abs(determinant) < 0.2) return undefined;
  return {
    x: (one.distance * other.sin - other.distance * one.sin) / determinant,
    y: (other.distance * one.cos - one.distance * other.cos) / determinant,
  };
}

/** Corners in clockwise order as seen (y grows downwards), from the upper left. Undefined when they are no convex quadrilateral. */
function clockwise(points: readonly Point[]): Quad | undefined {
  const cx = points.reduce((sum, { x }) => sum + x, 0) / 4;
  const cy = points.reduce((sum, { y }) => sum + y, 0) / 4;
  const sorted = points.toSorted((a, b) => Math.atan2(a.y - cy, a.x - cx) - Math.atan2(b.y - cy, b.x - cx));
  const convex = sorted.every((point, k) => {
    const [next, after] = [sorted[(k + 1) % 4]!, sorted[(k + 2) % 4]!];
    return (next.x - point.x) * (after.y - next.y) - (next.y - point.y) * (after.x - next.x) > 0;
  });
  return convex ? (sorted as unknown as Quad) : undefined;
}

/** Whether two documents are beside each other: neither has its middle in the other. */
function apart(one: Quad, other: Quad): boolean {
  return !contains(one, middleOf(other)) && !contains(other, middleOf(one));
}

function contains(quad: Quad, { x, y }: Point): boolean {
  return quad.every((corner, k) => {
    const next = quad[(k + 1) % 4]!;
    return (next.x - corner.x) * (y - corner.y) - (next.y - corner.y) * (x - corner.x) >= 0;
  });
}

const middleOf = (quad: Quad): Point => ({
  x: quad.reduce((sum, { x }) => sum + x, 0) / 4,
  y: quad.reduce((sum, { y }) => sum + y, 0) / 4,
});
const off = ({ cos, sin, distance: d }: Line, { x, y }: Point) => Math.abs(x * cos + y * sin - d);
const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);
const ratio = (a: number, b: number) => Math.min(a, b) / Math.max(a, b);
const turnBetween = (a: Line, b: Line) => {
  const turn = Math.abs(a.degrees - b.degrees) % 180;
  return Math.min(turn, 180 - turn);
};

/** How far two nearly parallel lines are apart, in the middle of the picture. */
function gapOf(one: Line, other: Line, { width, height }: Edges): number {
  const signed = ({ cos, sin, distance: d }: Line) => (width / 2) * cos + (height / 2) * sin - d;
  const sameWay = one.cos * other.cos + one.sin * other.sin > 0;
  return Math.abs(signed(one) - (sameWay ? signed(other) : -signed(other)));
}

function areaOf(quad: Quad): number {
  return quad.reduce((sum, { x, y }, k) => sum + x * quad[(k + 1) % 4]!.y - quad[(k + 1) % 4]!.x * y, 0) / 2;
}
