import { type RgbImage, scaledDown } from '@tegata/encoded-picture';
import { drawFace, FaceMesh, type MeshedFace, registerFileLoader } from '@tegata/face-mesh';
import type { DocumentKind } from './document-checks.ts';
import { eyesSeen } from './eye-cover.ts';
import { CHIP_SIDE, cutFaceChip } from './face-chip.ts';
import { descriptorDistance, FaceDescriber } from './face-descriptor.ts';
import { faceSharpness } from './face-sharpness.ts';
import { facesSeenTwice } from './faces-seen-twice.ts';
import { frameLight } from './frame-light.ts';
import { greySquare, greyThumbnail, highPass } from './grey-image.ts';
import { estimateHeadPose } from './head-pose.ts';
import { type Box, boundingBox, eyeDistance, type Landmarks, type Point } from './landmarks.ts';
import type { ObservedFace, ObservedFrame, ObservedPortrait, OtherFace } from './observation.ts';
import { cornersOf, isCut, type PicturePart, squareSide, squaresOf } from './picture-parts.ts';
import { THRESHOLDS, THUMBNAIL_SIDE } from './thresholds.ts';
import { mirrorImage, type QuarterTurns, turnImage, turnPoint } from './turned-image.ts';

/** Radius of the shading that is taken away to leave a face's detail, in pixels of the aligned face. */
const DETAIL_RADIUS = 4;

/** Side of the picture the models are tried on, in pixels. */
const WARM_UP_SIDE = 480;

/** Longer side of what is searched for further faces on a document, in pixels: the detector sees 256, and fine print would be there as coarse. */
const VIEW_SIDE = 512;

/** The portrait on a document, and where it is. */
export interface PlacedPortrait extends ObservedPortrait {
  /** what it was found in, upright: the picture or a part of it */
  readonly view: RgbImage;
  /** where it is in the whole picture, upright */
  readonly place: Box;
}

/** Sees faces: detector, mesh, pose and descriptor over decoded pictures. One picture at a time, in one thread. */
export class Perception {
  private constructor(
    private readonly mesh: FaceMesh,
    private readonly describer: FaceDescriber,
  ) {}

  /** Loads the models and runs each on a drawn face. Throws when they do not find it: then they would find nobody. */
  static async load(): Promise<Perception> {
    registerFileLoader();
    // the mesh starts the tensor backend that the descriptor runs on
    const mesh = await FaceMesh.load();
    const perception = new Perception(mesh, await FaceDescriber.load());
    const { face } = await perception.observeFrame(drawFace(WARM_UP_SIDE), -1);
    if (face === undefined) throw new Error('the models do not find the face they are tried on');
    return perception;
  }

  /** Every face, largest first, with its landmarks only. */
  locate(image: RgbImage): Promise<MeshedFace[]> {
    return this.mesh.find(image);
  }

  /** What a camera frame shows. About 90 ms; 90 more where there seem to be several faces. */
  async observeFrame(image: RgbImage, promptIndex: number, colourIndex?: number): Promise<ObservedFrame> {
    const [first, second] = await this.people(image);
    return {
      promptIndex,
      colourIndex,
      light: first === undefined || colourIndex === undefined ? undefined : frameLight(image, first.landmarks),
      face: first === undefined ? undefined : await this.observe(image, first),
      secondFaceShare: areaShare(second, first),
      thumbnail: greyThumbnail(image, THUMBNAIL_SIDE),
    };
  }

  /** The faces of a camera frame, largest first. Of several, those that are there in a mirror, too. */
  private async people(image: RgbImage): Promise<readonly MeshedFace[]> {
    const faces = await this.mesh.find(image);
    return faces.length < 2 ? faces : facesSeenTwice(faces, await this.mesh.find(mirrorImage(image)), image.width);
  }

  /**
   * The portrait on a document. The picture may lie on its side or upside down (orientation metadata is not read), and the
   * portrait may be small: the whole picture is searched first, then overlapping parts of it. `between` is called before
   * each search and may throw to give up.
   */
  async observePortrait(image: RgbImage, between: () => void): Promise<PlacedPortrait | undefined> {
    for (const partsOf of [(whole: RgbImage) => [{ left: 0, top: 0, image: whole }], cornersOf]) {
      const found = await this.surestFace(image, partsOf, between);
      if (found === undefined) continue;
      between();
      const { part, viewTurns, quarterTurns } = found;
      const further = turns(quarterTurns - viewTurns);
      const view = turnImage(part.image, further);
      const [first] = await this.portraitsIn(view);
      const face = first && (await this.observe(view, first));
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
  async observeOthers(
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
      for (const face of await this.portraitsIn(part.image)) {
        if (isCut(face.box, part, fine)) continue;
        place(face, fine, ({ x, y }) => ({ x: x + part.left, y: y + part.top }));
      }
    }
    const whole = await scaledDown(fine, VIEW_SIDE);
    for (const quarters of kind === 'page' ? ([0, 1, 2, 3] as const) : ([0] as const)) {
      between();
      const view = turnImage(whole, quarters);
      for (const face of await this.portraitsIn(view)) {
        place(face, whole, (point) => turnPoint(point, view, turns(-quarters)));
      }
    }
    const others: OtherFace[] = [];
    const known = [portrait.place];
    // of a face that was seen several times the surest sight counts
    for (const { score, landmarks, box } of sightings.sort((a, b) => b.score - a.score)) {
      if (known.some((other) => isIn(other, box))) continue;
      known.push(box);
      const chip = cutFaceChip(upright, landmarks);
      if (chip === undefined) continue;
      between();
      const distance = descriptorDistance(portrait.face.descriptor, await this.describer.describe(chip));
      others.push({ score, eyeDistance: eyeDistance(landmarks), distance });
    }
    return others;
  }

  private async portraitsIn(image: RgbImage): Promise<MeshedFace[]> {
    return (await this.mesh.find(image)).filter(({ score }) => score >= THRESHOLDS.minPortraitScore);
  }

  /**
   * The face the mesh is surest of, and how far the picture has to be turned for it. Faces on their side are found as
   * surely as upright ones; one upside down is missed, or mistaken for an upright one, less surely: then the picture is
   * searched on its side, too.
   */
  private async surestFace(image: RgbImage, partsOf: (image: RgbImage) => PicturePart[], between: () => void) {
    let best: { score: number; part: PicturePart; viewTurns: QuarterTurns; quarterTurns: QuarterTurns } | undefined;
    for (const viewTurns of [0, 1] as const) {
      for (const part of partsOf(turnImage(image, viewTurns))) {
        between();
        const [face] = await this.mesh.find(part.image);
        const pose = face && estimateHeadPose(face.landmarks);
        if (face === undefined || pose === undefined || face.score < THRESHOLDS.minPortraitScore) continue;
        if (best !== undefined && face.score <= best.score) continue;
        best = { score: face.score, part, viewTurns, quarterTurns: turns(viewTurns - Math.round(pose.roll / 90)) };
      }
      if (best !== undefined && best.score >= THRESHOLDS.surePortraitScore) break;
    }
    return best;
  }

  private async observe(image: RgbImage, { landmarks, box }: MeshedFace): Promise<ObservedFace | undefined> {
    const pose = estimateHeadPose(landmarks);
    const chip = cutFaceChip(image, landmarks);
    if (pose === undefined || chip === undefined) return undefined;
    const grey = greySquare(chip, CHIP_SIDE);
    return {
      landmarks,
      box,
      pose,
      eyeDistance: eyeDistance(landmarks),
      eyes: eyesSeen(image, landmarks),
      // measured when it is asked for: in few frames, and only where something did not hold
      get sharpness() {
        return faceSharpness(grey);
      },
      descriptor: await this.describer.describe(chip),
      detail: highPass(grey, DETAIL_RADIUS),
    };
  }
}

function turns(quarters: number): QuarterTurns {
  return (((quarters % 4) + 4) % 4) as QuarterTurns;
}

function areaShare(face: MeshedFace | undefined, first: MeshedFace | undefined): number {
  return face === undefined || first === undefined ? 0 : areaOf(face.box) / areaOf(first.box);
}

const areaOf = ({ width, height }: Box) => width * height;

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
