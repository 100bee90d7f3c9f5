import { type FacedFrame, hasFace, type ObservedFrame } from './observation.ts';
import { baselineOf } from './presence-checks.ts';
import { isTurn, type Prompt } from './prompt.ts';
import { THRESHOLDS } from './thresholds.ts';

/** How the head is held looking straight, in degrees: what motions are measured from. */
export interface RestPose {
  readonly yaw: number;
  readonly pitch: number;
}

/** The rest of the baseline, of which there must be a frame with a face. */
export function restPoseOf(frames: readonly ObservedFrame[]): RestPose {
  const poses = baselineOf(frames).map(({ face }) => face.pose);
  return { yaw: mean(poses.map(({ yaw }) => yaw)), pitch: mean(poses.map(({ pitch }) => pitch)) };
}

/** Degrees from rest in the direction of the prompt, and across it. */
export function movement({ face: { pose } }: FacedFrame, rest: RestPose, prompt: Prompt) {
  const [yaw, pitch] = [pose.yaw - rest.yaw, pose.pitch - rest.pitch];
  const along = { left: yaw, right: -yaw, up: -pitch, down: pitch }[prompt];
  return { along, across: Math.abs(isTurn(prompt) ? pitch : yaw) };
}

/**
 * The frames that say who is there: those with a face whose chin is not lifted so far that the descriptor takes a person for
 * somebody else. The others are no evidence of any kind, of a motion neither: it must be seen while the person can be.
 */
export function comparableFrames(frames: readonly ObservedFrame[], rest: RestPose): FacedFrame[] {
  return frames.filter(hasFace).filter((frame) => movement(frame, rest, 'up').along <= THRESHOLDS.maxComparedLift);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
