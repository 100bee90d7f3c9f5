import {
  boxBlurred,
  CARD_SIZES,
  type CardSize,
  documentOutline,
  type Findable,
  findAgain,
  findable,
  type GreyPlane,
  greyPlane,
  type Point,
  type Quad,
  resized,
  straightened,
} from '@tegata/document-picture';
import type { RgbImage } from '@tegata/encoded-picture';
import { LINEAR_LIGHT } from './linear-light.ts';

/** Width, pixels, that documents in frames are straightened to: 3 a millimetre of a card, so that the largest of its letters can be told. */
const WIDTH = 320;
/** Width that the picture that was sent is straightened to before it is scaled down. */
const FINE_WIDTH = 4 * WIDTH;
/** Width by which it is found: no finer than needed, since it takes time. */
const FIND_WIDTH = 224;
/** Width at which light is measured. */
const LIGHT_WIDTH = 160;
/** Radius of the shading that is taken away to leave what is printed. */
const SHADING = 8;
/** Side of the parts that are compared one by one, and how far each may lie from where it should: no outline is found to the pixel. */
const PART = 32;
const REACH = 5;
/** Grey levels by which what is printed in a part differs at least, on average, for the part to be compared. */
const MIN_PRINT = 14;
/** What of the parts, the least like first, is how like the whole is: somebody else's document has the same paper and titles. */
const WORST_SHARE = 0.25;
/** Around the document begins this far beside its outline, as a share of its sides. */
const MARGIN = 0.06;
/** Every so many pixels around it is looked at, each way; fewer than this say nothing. */
const STEP = 4;
const FEWEST = 100;

/** The document of the picture that was sent, as documents in frames are compared with it. */
export interface DocumentReference {
  readonly size: CardSize;
  readonly findable: Findable;
  /** what is printed, grey, without shading */
  readonly print: GreyPlane;
}

/** The document in a frame. */
export interface SeenDocument {
  /** how like its least like parts are to those of the document that was sent, -1..1 */
  readonly likeness: number;
  /** red, green and blue light of the straightened document, 0..1 */
  readonly light: readonly [GreyPlane, GreyPlane, GreyPlane];
  /** mean light of what is around it in the picture; undefined where nothing is */
  readonly around: readonly [number, number, number] | undefined;
}

/** What documents in frames are compared with. 0.3 s for a picture of 1400 pixels. */
export function documentReference(image: RgbImage): DocumentReference {
  const grey = greyPlane(image);
  const { corners, size } = documentOutline(grey);
  // lines that are finer than a pixel would be there as coarse ones, were they not averaged
  const fine = straight(grey, corners, size, FINE_WIDTH);
  const scaled = (width: number) => resized(fine, width, heightOf(size, width));
  return { size, findable: findable(scaled(FIND_WIDTH)), print: printOf(scaled(WIDTH)) };
}

/** The document where it is held before the camera; undefined where it is not found. 0.3 s for 640 pixels. */
export function seeDocument(image: RgbImage, { size, findable, print }: DocumentReference): SeenDocument | undefined {
  const grey = greyPlane(image);
  const corners = findAgain(findable, grey);
  if (corners === undefined) return undefined;
  const likeness = likenessOf(print, printOf(straight(grey, corners, size)));
  const light = [0, 1, 2].map((c) => straight(lightPlane(image, c), corners, size, LIGHT_WIDTH));
  return { likeness, light: light as [GreyPlane, GreyPlane, GreyPlane], around: lightAround(image, corners) };
}

function heightOf(size: CardSize, across: number): number {
  const { width, height } = CARD_SIZES[size];
  return Math.round((across * height) / width);
}

function straight(plane: GreyPlane, corners: Quad, size: CardSize, across = WIDTH): GreyPlane {
  const straightPlane = straightened(plane, corners, across, heightOf(size, across));
  if (straightPlane === undefined) throw new Error('a located document has no outline');
  return straightPlane;
}

/** What is printed on a straightened document: its differences to its surroundings. */
export function printOf(plane: GreyPlane): GreyPlane {
  const shading = boxBlurred(plane, SHADING).values;
  return { ...plane, values: plane.values.map((value, at) => value - shading[at]!) };
}

/** Mean correlation of the parts that are least like, each where it is likest. Parts without print say nothing. */
function likenessOf(reference: GreyPlane, seen: GreyPlane): number {
  const found: number[] = [];
  for (let top = REACH; top + PART + REACH <= reference.height; top += PART) {
    for (let left = REACH; left + PART + REACH <= reference.width; left += PART) {
      const like = partLikeness(reference, seen, left, top);
      if (like !== undefined) found.push(like);
    }
  }
  const worst = found.sort((a, b) => a - b).slice(0, Math.ceil(WORST_SHARE * found.length));
  return worst.length === 0 ? 0 : worst.reduce((sum, value) => sum + value, 0) / worst.length;
}

function partLikeness(reference: GreyPlane, seen: GreyPlane, left: number, top: number): number | undefined {
  const { width } = reference;
  const n = PART * PART;
  let [sum, squares] = [0, 0];
  for (let y = top; y < top + PART; y++) {
    for (let x = left; x < left + PART; x++) {
      const value = reference.values[y * width + x]!;
      sum += value;
      squares += value * value;
    }
  }
  const variance = squares - (sum * sum) / n;
  if (variance < n * MIN_PRINT ** 2) return undefined;
  const at = (dx: number, dy: number) => {
    let [other, otherSquares, product] = [0, 0, 0];
    for (let y = top; y < top + PART; y++) {
      for (let x = left, from = y * width + left; x < left + PART; x++, from++) {
        const value = seen.values[from + dy * width + dx]!;
        other += value;
        otherSquares += value * value;
        product += value * reference.values[from]!;
      }
    }
    const otherVariance = otherSquares - (other * other) / n;
    return otherVariance > 0 ? (product - (sum * other) / n) / Math.sqrt(variance * otherVariance) : 0;
  };
  // two pixels at a time, then one around the best of them
  let best = { like: -1, dx: 0, dy: 0 };
  const search = (x: number, y: number, reach: number, step: number) => {
    for (let dy = y - reach; dy <= y + reach; dy += step) {
      for (let dx = x - reach; dx <= x + reach; dx += step) {
        const like = at(dx, dy);
        if (like > best.like) best = { like, dx, dy };
      }
    }
  };
  search(0, 0, REACH - 1, 2);
  search(best.dx, best.dy, 1, 1);
  return best.like;
}

function lightPlane({ width, height, rgb }: RgbImage, channel: number): GreyPlane {
  const values = new Float32Array(width * height);
  for (let at = 0, k = channel; at < values.length; at++, k += 3) values[at] = LINEAR_LIGHT[rgb[k]!]!;
  return { width, height, values };
}

/** Mean light beside the outline, whatever is there. */
function lightAround({ width, height, rgb }: RgbImage, corners: Quad): SeenDocument['around'] {
  const middle = {
    x: corners.reduce((sum, { x }) => sum + x, 0) / 4,
    y: corners.reduce((sum, { y }) => sum + y, 0) / 4,
  };
  const wider = corners.map(({ x, y }) => ({
    x: middle.x + (1 + 2 * MARGIN) * (x - middle.x),
    y: middle.y + (1 + 2 * MARGIN) * (y - middle.y),
  }));
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let y = 0; y < height; y += STEP) {
    for (let x = 0; x < width; x += STEP) {
      if (isInside({ x, y }, wider)) continue;
      for (const c of [0, 1, 2] as const) sum[c] += LINEAR_LIGHT[rgb[3 * (y * width + x) + c]!]!;
      count++;
    }
  }
  return count < FEWEST ? undefined : [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** Whether a point is within a quadrilateral whose corners go clockwise. */
function isInside({ x, y }: Point, corners: readonly Point[]): boolean {
  return corners.every((from, k) => {
    const to = corners[(k + 1) % 4]!;
    return (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x) >= 0;
  });
}
