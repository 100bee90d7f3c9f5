import { middle } from './middle.ts';
import { type FacedFrame, hasFace, type ObservedFrame } from './observation.ts';
import { THRESHOLDS } from './thresholds.ts';
import { atLeast, atMost, type Check } from './verdict.ts';

/** Whether one person is there throughout, near enough, and looks straight at the start. `frames` holds at least one. */
export function checkPresence(frames: readonly ObservedFrame[]): Check[] {
  const faceless = frames.filter((frame) => !hasFace(frame)).length / frames.length;
  const second = Math.max(0, ...frames.map((frame) => frame.secondFaceShare));
  const baseline = baselineOf(frames);
  const missing = frames.filter((frame) => frame.promptIndex === -1).length - baseline.length;
  const checks = [
    atMost('presence.faceless', faceless, THRESHOLDS.maxFacelessShare, 'FACE_NOT_FOUND'),
    atMost('presence.facelessBaseline', missing, 0, 'FACE_NOT_FOUND'),
    atMost('presence.secondFace', second, THRESHOLDS.maxSecondFaceShare, 'SEVERAL_FACES'),
  ];
  if (baseline.length === 0) return checks;
  const smallest = Math.min(...baseline.map(({ face }) => face.eyeDistance));
  const yaw = Math.max(...baseline.map(({ face }) => Math.abs(face.pose.yaw)));
  const pitch = Math.max(...baseline.map(({ face }) => Math.abs(face.pose.pitch)));
  const eyes = baseline.map(({ face }) => face.eyes);
  const [light, contrast] = [middle(eyes.map((seen) => seen.light)), middle(eyes.map((seen) => seen.contrast))];
  return [
    ...checks,
    atLeast('presence.eyeDistance', smallest, THRESHOLDS.minEyeDistance, 'FACE_TOO_SMALL'),
    atLeast('baseline.eyeLight', light, THRESHOLDS.minEyeLight, 'EYES_COVERED'),
    atLeast('baseline.eyeContrast', contrast, THRESHOLDS.minEyeContrast, 'EYES_COVERED'),
    atMost('baseline.yaw', yaw, THRESHOLDS.maxBaselineYaw, 'NOT_LOOKING_STRAIGHT'),
    atMost('baseline.pitch', pitch, THRESHOLDS.maxBaselinePitch, 'NOT_LOOKING_STRAIGHT'),
  ];
}

/** The frames in which the person looks straight before the first motion, those with a face. */
export function baselineOf(frames: readonly ObservedFrame[]): FacedFrame[] {
  return frames.filter((frame) => frame.promptIndex === -1).filter(hasFace);
}
