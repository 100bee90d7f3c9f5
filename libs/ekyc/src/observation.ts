import type { SeenDocument } from './document-view.ts';
import type { EyesSeen } from './eye-cover.ts';
import type { FaceDescriptor } from './face-descriptor.ts';
import type { GreySquare } from './grey-image.ts';
import type { HeadPose } from './head-pose.ts';
import type { Box, Landmarks } from './landmarks.ts';
import type { FrameLight } from './screen-light.ts';
import type { QuarterTurns } from './turned-image.ts';

/** A face as the analysis sees it: everything that judgements are made of, nothing that is judged. */
export interface ObservedFace {
  readonly landmarks: Landmarks;
  readonly box: Box;
  readonly pose: HeadPose;
  /** pixels, as seen */
  readonly eyeDistance: number;
  /** whether something is before the eyes */
  readonly eyes: EyesSeen;
  /** how many times steeper the edges of the aligned face are than blurred once more */
  readonly sharpness: number;
  readonly descriptor: FaceDescriptor;
  /** fine detail of the aligned face, for telling a photograph from another photograph */
  readonly detail: GreySquare;
}

/** A camera frame as the analysis sees it. */
export interface ObservedFrame {
  /** which motion it was taken for, -1 looking straight */
  readonly promptIndex: number;
  /** which of the challenge's colours was on the screen, from 0; absent for none */
  readonly colourIndex?: number | undefined;
  /** light of the face and around it, where a colour was on the screen and both can be seen */
  readonly light?: FrameLight | undefined;
  /** the largest face, undefined where none was found */
  readonly face: ObservedFace | undefined;
  /** area of the second largest face against the largest, 0 where there is none */
  readonly secondFaceShare: number;
  /** the whole picture, small and grey */
  readonly thumbnail: GreySquare;
}

/** A camera frame for which the document was to be held before the camera, as the analysis sees it. */
export interface ShownDocument {
  /** which of the colours was on the screen, from 0 */
  readonly colourIndex: number | undefined;
  /** undefined where no document is found that is anything like that of the picture that was sent */
  readonly seen: SeenDocument | undefined;
}

/** A camera frame with a face. */
export interface FacedFrame extends ObservedFrame {
  readonly face: ObservedFace;
}

/** The portrait on a document. */
export interface ObservedPortrait {
  readonly face: ObservedFace;
  /** confidence of the mesh, 0..1 */
  readonly score: number;
  /** quarter turns, clockwise, by which the picture had to be turned for the portrait to be upright */
  readonly quarterTurns: QuarterTurns;
  /** eye distance against the shorter side of the picture */
  readonly share: number;
}

/** A face on a document beside its portrait. */
export interface OtherFace {
  /** confidence of the mesh, 0..1 */
  readonly score: number;
  /** pixels */
  readonly eyeDistance: number;
  /** how far its descriptor is from that of the portrait */
  readonly distance: number;
}

/** Whether a face was found in the frame. */
export function hasFace(frame: ObservedFrame): frame is FacedFrame {
  return frame.face !== undefined;
}
