import type { FacedFrame, ObservedFrame } from './observation.ts';
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

/** Whether the chin is lifted so far that the descriptor may take the person for somebody else. */
export function isLifted(frame: FacedFrame, rest: RestPose): boolean {
  return movement(frame, rest, 'up').along > THRESHOLDS.maxSureLift;
}

/** The mean of the values, of which there must be one. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
