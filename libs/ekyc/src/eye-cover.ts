import type { RgbImage } from '@tegata/encoded-picture';
import { eyeDistance, type Landmarks, type Point, vertex } from './landmarks.ts';
import { middle } from './middle.ts';

/** How much is seen of the eyes, in the brightness of the cheeks. */
export interface EyesSeen {
  /**
   * geometric mean of three ratios, each of which a lens darkens: the skin below the eye, the lid above it, and the contrast of the eye, to
   * the brighter cheek. Of the brighter side, for a lamp from one side darkens the other one's eye
   */
  readonly light: number;
  /** contrast of the eye of which less is seen, to the cheek below it: nothing dark and bright is where a hand, a patch or a reflection is */
  readonly contrast: number;
}

/** Vertices of the person's right and left side. */
const SIDES = [
  {
    outline: [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246],
    under: [229, 230, 231],
    lid: [222, 223, 224],
    cheek: [50, 205, 36, 101, 118, 187],
  },
  {
    outline: [263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466],
    under: [449, 450, 451],
    lid: [442, 443, 444],
    cheek: [280, 425, 266, 330, 347, 411],
  },
] as const;

/** Half the side of the squares of skin that are looked at, in eye distances. */
const REACH = 0.03;
/** What is darker or brighter of an eye than all but this share of it counts for nothing: a lash, a glint. */
const OUTLYING = 0.05;

/** Places on the cheeks that may be brighter than what an eye is held against: a glint. Darker ones may lie under the rim of glasses. */
const GLINTS = 2;

/** How much is seen of the eyes of a face that looks straight: where nothing is before them, light from 0.65 and contrast from 0.4 on. */
export function eyesSeen(image: RgbImage, landmarks: Landmarks): EyesSeen {
  const reach = Math.max(1, Math.round(REACH * eyeDistance(landmarks)));
  const skin = (vertices: readonly number[]) =>
    vertices.map((index) => lumaAround(image, vertex(landmarks, index), reach));
  const sides = SIDES.map(({ outline, under, lid, cheek }) => ({
    contrast: contrastWithin(
      image,
      outline.map((index) => vertex(landmarks, index)),
    ),
    under: middle(skin(under)),
    lid: middle(skin(lid)),
    cheek: skin(cheek),
  }));
  const cheeks = brightest(
    sides.flatMap(({ cheek }) => cheek),
    GLINTS,
  );
  return {
    light: Math.max(...sides.map(({ under, lid, contrast }) => Math.cbrt(under * lid * contrast) / cheeks)),
    contrast: Math.min(...sides.map(({ contrast, cheek }) => contrast / brightest(cheek, GLINTS / 2))),
  };
}

/** The brightest of some lumas but so many; at least 1. */
const brightest = (lumas: readonly number[], but: number): number =>
  Math.max(1, lumas.toSorted((one, other) => other - one)[but]!);

/** Mean luma (BT.709, 0 to 255) of the square around a point, as far as it is in the image; 0 where it is not. */
function lumaAround(image: RgbImage, { x, y }: Point, reach: number): number {
  const [left, right] = [Math.max(0, Math.round(x) - reach), Math.min(image.width - 1, Math.round(x) + reach)];
  const [top, bottom] = [Math.max(0, Math.round(y) - reach), Math.min(image.height - 1, Math.round(y) + reach)];
  let [sum, count] = [0, 0];
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      sum += luma(image, column, row);
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/** How far bright and dark are apart inside an outline, in luma; 0 where nothing of it is in the image. */
function contrastWithin(image: RgbImage, outline: readonly Point[]): number {
  const inside: number[] = [];
  const heights = outline.map(({ y }) => y);
  const bottom = Math.min(image.height - 1, Math.max(...heights));
  for (let row = Math.max(0, Math.ceil(Math.min(...heights))); row <= bottom; row++) {
    const crossings = crossingsOf(outline, row);
    for (let at = 0; at + 1 < crossings.length; at += 2) {
      const right = Math.min(image.width - 1, crossings[at + 1]!);
      for (let column = Math.max(0, Math.ceil(crossings[at]!)); column <= right; column++)
        inside.push(luma(image, column, row));
    }
  }
  inside.sort((one, other) => one - other);
  const outlying = Math.floor(OUTLYING * inside.length);
  return (inside[inside.length - 1 - outlying] ?? 0) - (inside[outlying] ?? 0);
}

/** Where a row meets the sides of an outline, from left to right: an even number. */
function crossingsOf(outline: readonly Point[], row: number): number[] {
  return outline
    .flatMap((from, at) => {
      const to = outline[(at + 1) % outline.length]!;
      if (from.y <= row === to.y <= row) return [];
      return [from.x + ((row - from.y) / (to.y - from.y)) * (to.x - from.x)];
    })
    .sort((one, other) => one - other);
}

function luma({ width, rgb }: RgbImage, x: number, y: number): number {
  const at = 3 * (y * width + x);
  return 0.2126 * rgb[at]! + 0.7152 * rgb[at + 1]! + 0.0722 * rgb[at + 2]!;
}
