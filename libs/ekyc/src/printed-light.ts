import { boxBlurred, type GreyPlane } from '@tegata/document-picture';
import { printOf, type SeenDocument } from './document-view.ts';
import { middle } from './middle.ts';
import type { FrameLight } from './screen-light.ts';

/**
 * Radius that print is smoothed by. A camera sharpens brightness, in grey levels: the same step of them is of more light in a channel that a mirror image has made lighter, so
 * that fine print seems to grow with it. A screen that nothing is lit beside seemed to follow by a gain of up to 0.021 without this.
 */
const SMOOTHING = 1;
/** Side of the parts in which print is followed one by one. */
const PART = 8;
/** Print of a part, against the mean of all, from which on it says something. */
const MIN_PRINT = 0.25;
/** Light from which on a sensor may have no more to say. */
const FULL = 0.93;

/**
 * The light on a document in each of several frames, by what is printed on it. Light that a document reflects multiplies what is printed: the
 * difference between ink and paper grows with it. Light that is mirrored, by the glass of a screen or by laminate, lies over the print and leaves those
 * differences as they are. So they are what is measured, against their mean over all frames: in parts, of which the middle one counts, since the edge of a mirror image
 * is a difference, too, and grows with the light.
 */
export function printedLight(documents: readonly SeenDocument[]): (FrameLight | undefined)[] {
  const [first] = documents;
  if (first === undefined) return [];
  const size = first.light[0].values.length;
  const unusable = new Uint8Array(size);
  for (const { light } of documents)
    for (const { values } of light) for (let at = 0; at < size; at++) if (values[at]! >= FULL) unusable[at] = 1;
  const channels = ([0, 1, 2] as const).map((c) => {
    const planes = documents.map(({ light }) => boxBlurred(light[c], SMOOTHING));
    const prints = planes.map((plane) => printOf(plane).values);
    const mean = meanOf(prints);
    const level = meanLevel(planes);
    const strength = partStrengths(mean, unusable, first.light[0].width);
    return prints.map((print) => level * strength(print));
  });
  return documents.map(({ around }, k) => {
    const subject = channels.map((found) => found[k]!) as [number, number, number];
    return around === undefined || subject.some((value) => !(value > 0)) ? undefined : { subject, around };
  });
}

function meanOf(planes: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(planes[0]!.length);
  for (const values of planes) for (let at = 0; at < mean.length; at++) mean[at]! += values[at]! / planes.length;
  return mean;
}

const meanLevel = (planes: readonly GreyPlane[]): number =>
  planes.reduce((sum, { values }) => sum + values.reduce((all, value) => all + value, 0) / values.length, 0) /
  planes.length;

/** By how much a print is stronger than another, by least squares in each part that has some: the middle of them. */
function partStrengths(of: Float32Array, unusable: Uint8Array, width: number): (print: Float32Array) => number {
  const across = Math.ceil(width / PART);
  const partOf = (at: number) => Math.floor(Math.floor(at / width) / PART) * across + Math.floor((at % width) / PART);
  const squares = new Float64Array(partOf(of.length - 1) + 1);
  for (let at = 0; at < of.length; at++) if (unusable[at] === 0) squares[partOf(at)]! += of[at]! * of[at]!;
  const least = (MIN_PRINT * squares.reduce((sum, value) => sum + value, 0)) / squares.length;
  return (print) => {
    const both = new Float64Array(squares.length);
    for (let at = 0; at < of.length; at++) if (unusable[at] === 0) both[partOf(at)]! += of[at]! * print[at]!;
    return middle([...both].flatMap((value, part) => (squares[part]! > least ? [value / squares[part]!] : [])));
  };
}
