import { descriptorDistance, type FaceDescriptor, meanDescriptor } from './face-descriptor.ts';
import { isLifted, restPoseOf } from './head-motion.ts';
import { type FacedFrame, hasFace, type ObservedFrame } from './observation.ts';
import { baselineOf } from './presence-checks.ts';
import { THRESHOLDS } from './thresholds.ts';

/** What the frames of the capture are compared with: the mean descriptor of the baseline, of which there must be a frame with a face. */
export function referenceOf(frames: readonly ObservedFrame[]): FaceDescriptor {
  return meanDescriptor(baselineOf(frames).map(({ face }) => face.descriptor));
}

/**
 * The frames that are evidence of anything: those with a face, but for a lifted one in which the person is not recognised. That is no
 * sign of somebody else, since it happens to the same person; so it is no sign of the person either, nor of a motion.
 */
export function evidentFrames(frames: readonly ObservedFrame[]): FacedFrame[] {
  const [reference, rest] = [referenceOf(frames), restPoseOf(frames)];
  const isRecognised = ({ face }: FacedFrame) =>
    descriptorDistance(face.descriptor, reference) <= THRESHOLDS.maxTurnedIdentity;
  return frames.filter(hasFace).filter((frame) => !isLifted(frame, rest) || isRecognised(frame));
}
