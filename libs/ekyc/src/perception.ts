import { type RgbImage, turnImage } from './decode-image.ts';
import { CHIP_SIDE, cutFaceChip } from './face-chip.ts';
import { descriptorDistance, FaceDescriber } from './face-descriptor.ts';
import { FaceMesh, type MeshedFace } from './face-mesh.ts';
import { greySquare, greyThumbnail, highPass } from './grey-image.ts';
import { estimateHeadPose } from './head-pose.ts';
import { eyeDistance } from './landmarks.ts';
import { registerFileLoader } from './model-files.ts';
import type { ObservedFace, ObservedFrame, ObservedPortrait } from './observation.ts';
import { THRESHOLDS, THUMBNAIL_SIDE } from './thresholds.ts';

/** Radius of the shading that is taken away to leave a face's detail, in pixels of the aligned face. */
const DETAIL_RADIUS = 4;

const QUARTER_TURNS = [0, 1, 3, 2] as const;

/** Sees faces: detector, mesh, pose and descriptor over decoded pictures. One picture at a time, in one thread. */
export class Perception {
  private constructor(
    private readonly mesh: FaceMesh,
    private readonly describer: FaceDescriber,
  ) {}

  /** Loads the models and runs each once: the first picture takes several times as long as the following ones. */
  static async load(): Promise<Perception> {
    registerFileLoader();
    // the mesh starts the tensor backend that the descriptor runs on
    const mesh = await FaceMesh.load();
    const perception = new Perception(mesh, await FaceDescriber.load());
    const side = 256;
    await perception.mesh.find({ width: side, height: side, rgb: new Uint8Array(3 * side * side).fill(127) });
    await perception.describer.describe(new Uint8Array(3 * CHIP_SIDE * CHIP_SIDE).fill(127));
    return perception;
  }

  /** Every face, largest first, with its landmarks only. */
  locate(image: RgbImage): Promise<MeshedFace[]> {
    return this.mesh.find(image);
  }

  /** What a camera frame shows. About 90 ms. */
  async observeFrame(image: RgbImage, promptIndex: number): Promise<ObservedFrame> {
    const [first, second] = await this.mesh.find(image);
    return {
      promptIndex,
      face: first === undefined ? undefined : await this.observe(image, first),
      secondFaceShare: areaShare(second, first),
      thumbnail: greyThumbnail(image, THUMBNAIL_SIDE),
    };
  }

  /**
   * The portrait on a document. The picture may lie on its side or upside down (orientation metadata is not read), and the
   * portrait may be small: the whole picture is searched first, then overlapping parts of it. `between` is called before
   * each search and may throw to give up.
   */
  async observePortrait(image: RgbImage, between: () => void): Promise<ObservedPortrait | undefined> {
    for (const part of ['whole', 'parts'] as const) {
      for (const quarterTurns of QUARTER_TURNS) {
        const upright = turnImage(image, quarterTurns);
        for (const view of part === 'whole' ? [upright] : overlappingParts(upright)) {
          between();
          const found = await this.portraitIn(view);
          const share = (found?.face.eyeDistance ?? 0) / Math.min(image.width, image.height);
          if (found !== undefined) return { ...found, quarterTurns, share };
        }
      }
    }
    return undefined;
  }

  private async portraitIn(view: RgbImage): Promise<Omit<ObservedPortrait, 'quarterTurns' | 'share'> | undefined> {
    const faces = (await this.mesh.find(view)).filter((face) => face.score >= THRESHOLDS.minPortraitScore);
    const [first, second] = faces;
    const face = first && (await this.observe(view, first));
    // a face that lies on its side is found upright in the picture turned by a quarter, and better
    if (first === undefined || face === undefined || Math.abs(face.pose.roll) > 50) return undefined;
    const ghost = second && (await this.observe(view, second));
    return {
      face,
      score: first.score,
      second: ghost && {
        share: areaShare(second, first),
        distance: descriptorDistance(face.descriptor, ghost.descriptor),
      },
    };
  }

  private async observe(image: RgbImage, { landmarks, box }: MeshedFace): Promise<ObservedFace | undefined> {
    const pose = estimateHeadPose(landmarks);
    const chip = cutFaceChip(image, landmarks);
    if (pose === undefined || chip === undefined) return undefined;
    return {
      landmarks,
      box,
      pose,
      eyeDistance: eyeDistance(landmarks),
      descriptor: await this.describer.describe(chip),
      detail: highPass(greySquare(chip, CHIP_SIDE), DETAIL_RADIUS),
    };
  }
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
