import { type RgbImage, scaledDown } from '@tegata/encoded-picture';
import type { MeshedFace } from '@tegata/face-mesh';
import type { DocumentKind } from './document-checks.ts';
import { descriptorDistance } from './face-descriptor.ts';
import { estimateHeadPose } from './head-pose.ts';
import { type Box, boundingBox, eyeDistance, type Landmarks, type Point } from './landmarks.ts';
import type { ObservedPortrait, OtherFace } from './observation.ts';
import type { Perception } from './perception.ts';
import { cornersOf, isCut, type PicturePart, squareSide, squaresOf } from './picture-parts.ts';
import { THRESHOLDS } from './thresholds.ts';
import { type QuarterTurns, turnImage, turnPoint } from './turned-image.ts';

/** Longer side of what is searched for further faces on a document, in pixels: the detector sees 256, and fine print would be there as coarse. */
const VIEW_SIDE = 512;

/** The portrait on a document, and where it is. */
export interface PlacedPortrait extends ObservedPortrait {
  /** what it was found in, upright: the picture or a part of it */
  readonly view: RgbImage;
  /** where it is in the whole picture, upright */
  readonly place: Box;
}

/**
 * The portrait on a document. The picture may lie on its side or upside down (orientation metadata is not read), and the
 * portrait may be small: the whole picture is searched first, then overlapping parts of it. `between` is called before
 * each search and may throw to give up.
 */
export async function observePortrait(
  perception: Perception,
  image: RgbImage,
  between: () => void,
): Promise<PlacedPortrait | undefined> {
  for (const partsOf of [(whole: RgbImage) => [{ left: 0, top: 0, image: whole }], cornersOf]) {
    const found = await surestFace(perception, image, partsOf, between);
    if (found === undefined) continue;
    between();
    const { part, viewTurns, quarterTurns } = found;
    const further = turns(quarterTurns - viewTurns);
    const view = turnImage(part.image, further);
    const [first] = await portraitsIn(perception, view);
    const face = first && (await perception.observe(view, first));
    if (first === undefined || face === undefined) continue;
    const inImage = mapped(face.landmarks, 1, (point) => {
      const { x, y } = turnPoint(point, view, turns(-further));
      return turnPoint({ x: x + part.left, y: y + part.top }, turnedSize(image, viewTurns), further);
    });
    const share = face.eyeDistance / Math.min(image.width, image.height);
    return { face, score: first.score, quarterTurns, share, view, place: boundingBox(inImage) };
  }
  return undefined;
}

/**
 * Faces in the picture of a document beside its portrait, each once. On a page they may be anywhere and lie any of four ways: squares of it are
 * searched for small ones, and the whole for those that lie otherwise or are too large for a square. `between` is called before each search and
 * may throw to give up.
 */
export async function observeOthers(
  perception: Perception,
  image: RgbImage,
  portrait: PlacedPortrait,
  kind: DocumentKind,
  between: () => void,
): Promise<OtherFace[]> {
  const upright = turnImage(image, portrait.quarterTurns);
  const fine = await scaledDown(
    upright,
    Math.round((Math.max(upright.width, upright.height) * VIEW_SIDE) / squareSide(upright)),
  );
  const sightings: MeshedFace[] = [];
  const place = ({ score, landmarks }: MeshedFace, view: RgbImage, to: (point: Point) => Point) => {
    const placed = mapped(landmarks, upright.width / view.width, to);
    sightings.push({ score, landmarks: placed, box: boundingBox(placed) });
  };
  for (const part of kind === 'page' ? squaresOf(fine) : []) {
    between();
    for (const face of await portraitsIn(perception, part.image)) {
      if (isCut(face.box, part, fine)) continue;
      place(face, fine, ({ x, y }) => ({ x: x + part.left, y: y + part.top }));
    }
  }
  const whole = await scaledDown(fine, VIEW_SIDE);
  for (const quarters of kind === 'page' ? ([0, 1, 2, 3] as const) : ([0] as const)) {
    between();
    const view = turnImage(whole, quarters);
    for (const face of await portraitsIn(perception, view)) {
      place(face, whole, (point) => turnPoint(point, view, turns(-quarters)));
    }
  }
  const others: OtherFace[] = [];
  const known = [portrait.place];
  // of a face that was seen several times the surest sight counts
  for (const { score, landmarks, box } of sightings.sort((a, b) => b.score - a.score)) {
    if (known.some((other) => isIn(other, box))) continue;
    known.push(box);
    between();
    const descriptor = await perception.describe(upright, landmarks);
    if (descriptor === undefined) continue;
    const distance = descriptorDistance(portrait.face.descriptor, descriptor);
    others.push({ score, eyeDistance: eyeDistance(landmarks), distance });
  }
  return others;
}

async function portraitsIn(perception: Perception, image: RgbImage): Promise<MeshedFace[]> {
  return (await perception.locate(image)).filter(({ score }) => score >= THRESHOLDS.minPortraitScore);
}

/**
 * The face the mesh is surest of, and how far the picture has to be turned for it. Faces on their side are found as
 * surely as upright ones; one upside down is missed, or mistaken for an upright one, less surely: then the picture is
 * searched on its side, too.
 */
async function surestFace(
  perception: Perception,
  image: RgbImage,
  partsOf: (image: RgbImage) => PicturePart[],
  between: () => void,
) {
  let best: { score: number; part: PicturePart; viewTurns: QuarterTurns; quarterTurns: QuarterTurns } | undefined;
  for (const viewTurns of [0, 1] as const) {
    for (const part of partsOf(turnImage(image, viewTurns))) {
      between();
      const [face] = await perception.locate(part.image);
      const pose = face && estimateHeadPose(face.landmarks);
      if (face === undefined || pose === undefined || face.score < THRESHOLDS.minPortraitScore) continue;
      if (best !== undefined && face.score <= best.score) continue;
      best = { score: face.score, part, viewTurns, quarterTurns: turns(viewTurns - Math.round(pose.roll / 90)) };
    }
    if (best !== undefined && best.score >= THRESHOLDS.surePortraitScore) break;
  }
  return best;
}

function turns(quarters: number): QuarterTurns {
  return (((quarters % 4) + 4) % 4) as QuarterTurns;
}

const turnedSize = ({ width, height }: RgbImage, quarters: QuarterTurns) =>
  quarters % 2 === 0 ? { width, height } : { width: height, height: width };

/** Landmarks in another picture: each place where `to` takes it, `scale` times as large. */
function mapped(landmarks: Landmarks, scale: number, to: (point: Point) => Point): Landmarks {
  const result = new Float32Array(landmarks.length);
  for (let at = 0; at < landmarks.length; at += 3) {
    const { x, y } = to({ x: landmarks[at]!, y: landmarks[at + 1]! });
    result.set([scale * x, scale * y, scale * landmarks[at + 2]!], at);
  }
  return result;
}

/** Whether the middle of a rectangle lies in another. */
function isIn({ left, top, width, height }: Box, inner: Box): boolean {
  const [x, y] = [inner.left + inner.width / 2 - left, inner.top + inner.height / 2 - top];
  return x >= 0 && y >= 0 && x <= width && y <= height;
}
