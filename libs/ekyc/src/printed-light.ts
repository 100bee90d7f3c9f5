import type { GreyPlane } from '@tegata/document-picture';
import { printOf, type SeenDocument } from './document-view.ts';
import type { FrameLight } from './screen-light.ts';

/** Light from which on a sensor may have no more to say. */
const FULL = 0.93;

/**
 * The light on a document in each of several frames, by what is printed on it. Light that a document reflects multiplies what is printed: the
 * difference between ink and paper grows with it. Light that is mirrored, by the glass of a screen or by laminate, lies over the print and leaves those
 * differences as they are. So they are what is measured, against their mean over all frames.
 */
export function printedLight(documents: readonly SeenDocument[]): (FrameLight | undefined)[] {
  const [first] = documents;
  if (first === undefined) return [];
  const size = first.light[0].values.length;
  const unusable = new Uint8Array(size);
  for (const { light } of documents)
    for (const { values } of light) for (let at = 0; at < size; at++) if (values[at]! >= FULL) unusable[at] = 1;
  const channels = ([0, 1, 2] as const).map((c) => {
    const planes = documents.map(({ light }) => light[c]);
    const prints = planes.map((plane) => printOf(plane).values);
    const mean = meanOf(prints);
    const level = meanLevel(planes);
    return prints.map((print) => level * slope(mean, print, unusable));
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

/** By how much one print is stronger than another, by least squares. */
function slope(of: Float32Array, print: Float32Array, unusable: Uint8Array): number {
  let [both, squares] = [0, 0];
  for (let at = 0; at < of.length; at++) {
    if (unusable[at] === 1) continue;
    both += of[at]! * print[at]!;
    squares += of[at]! * of[at]!;
  }
  return squares > 0 ? both / squares : 0;
}
