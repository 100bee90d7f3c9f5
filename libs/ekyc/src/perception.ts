import type { RgbImage } from '@tegata/encoded-picture';
import { drawFace, FaceMesh, type MeshedFace, registerFileLoader } from '@tegata/face-mesh';
import { eyesSeen } from './eye-cover.ts';
import { CHIP_SIDE, cutFaceChip } from './face-chip.ts';
import { FaceDescriber, type FaceDescriptor } from './face-descriptor.ts';
import { faceSharpness } from './face-sharpness.ts';
import { facesSeenTwice } from './faces-seen-twice.ts';
import { frameLight } from './frame-light.ts';
import { greySquare, greyThumbnail, highPass } from './grey-image.ts';
import { estimateHeadPose } from './head-pose.ts';
import { type Box, eyeDistance, type Landmarks } from './landmarks.ts';
import type { ObservedFace, ObservedFrame } from './observation.ts';
import { THUMBNAIL_SIDE } from './thresholds.ts';
import { mirrorImage } from './turned-image.ts';

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

  /** The descriptor of a face; undefined where its landmarks fix no place to cut it out. */
  async describe(image: RgbImage, landmarks: Landmarks): Promise<FaceDescriptor | undefined> {
    const chip = cutFaceChip(image, landmarks);
    return chip && (await this.describer.describe(chip));
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

  /** What a face shows; undefined where its landmarks fix no pose, or no place to cut it out. */
  async observe(image: RgbImage, { landmarks, box }: MeshedFace): Promise<ObservedFace | undefined> {
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

function areaShare(face: MeshedFace | undefined, first: MeshedFace | undefined): number {
  return face === undefined || first === undefined ? 0 : areaOf(face.box) / areaOf(first.box);
}

const areaOf = ({ width, height }: Box) => width * height;
