import { mirrorImage, type QuarterTurns, type RgbImage, turnImage } from './decode-image.ts';
import { drawFace } from './drawn-face.ts';
import { lightUnderEyes } from './eye-cover.ts';
import { CHIP_SIDE, cutFaceChip } from './face-chip.ts';
import { descriptorDistance, FaceDescriber } from './face-descriptor.ts';
import { FaceMesh, type MeshedFace } from './face-mesh.ts';
import { faceSharpness } from './face-sharpness.ts';
import { facesSeenTwice } from './faces-seen-twice.ts';
import { frameLight } from './frame-light.ts';
import { greySquare, greyThumbnail, highPass } from './grey-image.ts';
import { estimateHeadPose } from './head-pose.ts';
import { eyeDistance } from './landmarks.ts';
import { registerFileLoader } from './model-files.ts';
import type { ObservedFace, ObservedFrame, ObservedPortrait } from './observation.ts';
import { THRESHOLDS, THUMBNAIL_SIDE } from './thresholds.ts';

/** Radius of the shading that is taken away to leave a face's detail, in pixels of the aligned face. */
const DETAIL_RADIUS = 4;

/** Side of the picture the models are tried on, in pixels. */
const WARM_UP_SIDE = 480;

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
  async observePortrait(
    image: RgbImage,
    between: () => void,
  ): Promise<(ObservedPortrait & { readonly view: RgbImage }) | undefined> {
    for (const partsOf of [(whole: RgbImage) => [whole], overlappingParts]) {
      const found = await this.surestFace(image, partsOf, between);
      if (found === undefined) continue;
      between();
      const { view, viewTurns, quarterTurns } = found;
      const uprightView = turnImage(view, turns(quarterTurns - viewTurns));
      const upright = await this.portraitIn(uprightView);
      const share = (upright?.face.eyeDistance ?? 0) / Math.min(image.width, image.height);
      if (upright !== undefined) return { ...upright, quarterTurns, share, view: uprightView };
    }
    return undefined;
  }

  /**
   * The face the mesh is surest of, and how far the picture has to be turned for it. Faces on their side are found as
   * surely as upright ones; one upside down is missed, or mistaken for an upright one, less surely: then the picture is
   * searched on its side, too.
   */
  private async surestFace(image: RgbImage, partsOf: (image: RgbImage) => RgbImage[], between: () => void) {
    let best: { score: number; view: RgbImage; viewTurns: QuarterTurns; quarterTurns: QuarterTurns } | undefined;
    for (const viewTurns of [0, 1] as const) {
      for (const view of partsOf(turnImage(image, viewTurns))) {
        between();
        const [face] = await this.mesh.find(view);
        const pose = face && estimateHeadPose(face.landmarks);
        if (face === undefined || pose === undefined || face.score < THRESHOLDS.minPortraitScore) continue;
        if (best !== undefined && face.score <= best.score) continue;
        best = { score: face.score, view, viewTurns, quarterTurns: turns(viewTurns - Math.round(pose.roll / 90)) };
      }
      if (best !== undefined && best.score >= THRESHOLDS.surePortraitScore) break;
    }
    return best;
  }

  private async portraitIn(view: RgbImage): Promise<Omit<ObservedPortrait, 'quarterTurns' | 'share'> | undefined> {
    const [first, second] = (await this.mesh.find(view)).filter((face) => face.score >= THRESHOLDS.minPortraitScore);
    const face = first && (await this.observe(view, first));
    if (first === undefined || face === undefined) return undefined;
    const other = second && (await this.observe(view, second));
    const distance = other && descriptorDistance(face.descriptor, other.descriptor);
    return {
      face,
      score: first.score,
      second: distance === undefined ? undefined : { share: areaShare(second, first), distance },
    };
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
      lightUnderEyes: lightUnderEyes(image, landmarks),
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
  if (face === undefined || first === undefined) return 0;
  return (face.box.width * face.box.height) / (first.box.width * first.box.height);
}

/** Four parts of an image, each three fifths of its width and height, one in every corner. */
function overlappingParts(image: RgbImage): RgbImage[] {
  const [width, height] = [Math.ceil(image.width * 0.6), Math.ceil(image.height * 0.6)];
  return [0, image.height - height].flatMap((top) =>
    [0, image.width - width].map((left) => {
      const rgb = new Uint8Array(3 * width * height);
      for (let row = 0; row < height; row++) {
        const from = 3 * ((top + row) * image.width + left);
        rgb.set(image.rgb.subarray(from, from + 3 * width), 3 * row * width);
      }
      return { width, height, rgb };
    }),
  );
}
