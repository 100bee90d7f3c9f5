import type { GreySquare } from '../grey-image.ts';
import { estimateHeadPose, poseRotation } from '../head-pose.ts';
import { boundingBox, eyeDistance, LANDMARK_COUNT, type Landmarks } from '../landmarks.ts';
import { MEAN_FACE } from '../mean-face.ts';
import type { FacedFrame, ObservedFace, ObservedPortrait } from '../observation.ts';
import type { Prompt } from '../prompt.ts';

/** How the mean head is held before an ideal camera. */
export interface Held {
  readonly yaw?: number;
  readonly pitch?: number;
  readonly roll?: number;
  /** pixels per eye distance */
  readonly scale?: number;
  readonly x?: number;
  readonly y?: number;
}

/** Landmarks of the mean head as a camera far away sees it. */
export function headLandmarks({ yaw = 0, pitch = 0, roll = 0, scale = 80, x = 240, y = 200 }: Held = {}): Landmarks {
  const r = poseRotation({ yaw, pitch, roll });
  const landmarks = new Float32Array(3 * LANDMARK_COUNT);
  for (let k = 0; k < landmarks.length; k += 3) {
    const [px, py, pz] = [MEAN_FACE[k]!, MEAN_FACE[k + 1]!, MEAN_FACE[k + 2]!];
    landmarks[k] = x + scale * (r[0] * px + r[1] * py + r[2] * pz);
    landmarks[k + 1] = y + scale * (r[3] * px + r[4] * py + r[5] * pz);
    landmarks[k + 2] = scale * (r[6] * px + r[7] * py + r[8] * pz);
  }
  return landmarks;
}

/** Landmarks with every point of the image moved. */
export function moved(landmarks: Landmarks, map: (x: number, y: number) => readonly [number, number]): Landmarks {
  const out = landmarks.slice();
  for (let k = 0; k < out.length; k += 3) [out[k], out[k + 1]] = map(out[k]!, out[k + 1]!);
  return out;
}

/** A descriptor of its own for each number; different people are 1.41 apart. */
export function person(number: number): Float32Array {
  const descriptor = new Float32Array(128);
  descriptor[number] = 1;
  return descriptor;
}

const patterns = new Map<string, GreySquare>();

/** A pattern of its own for each number. */
export function pattern(number: number, side: number): GreySquare {
  const key = `${number}/${side}`;
  const known = patterns.get(key);
  if (known !== undefined) return known;
  const values = Float32Array.from({ length: side * side }, (_, k) => 128 + 100 * Math.sin(k * k * 0.37 + number));
  patterns.set(key, { side, values });
  return { side, values };
}

/** A face with these landmarks. */
export function observedFace(landmarks: Landmarks, descriptor = person(1), detail = pattern(1, 150)): ObservedFace {
  const pose = estimateHeadPose(landmarks);
  if (pose === undefined) throw new Error('no pose');
  const size = { box: boundingBox(landmarks), eyeDistance: eyeDistance(landmarks) };
  return { landmarks, pose, ...size, eyes: { light: 1, contrast: 1 }, sharpness: 1.6, descriptor, detail };
}

/** The portrait of person 1. */
export function observedPortrait(descriptor = person(1), detail = pattern(2, 150)): ObservedPortrait {
  return {
    face: observedFace(headLandmarks(), descriptor, detail),
    score: 1,
    quarterTurns: 0,
    share: 0.08,
  };
}

const PEAK: Record<Prompt, Held> = { left: { yaw: 24 }, right: { yaw: -24 }, up: { pitch: -18 }, down: { pitch: 16 } };
const COURSE = [0.4, 1, 0.7, 0.2];

/** The frames of a person who does what is asked: three looking straight, four for each prompt. */
export function performed(prompts: readonly Prompt[], rest: Held = {}): FacedFrame[] {
  const held = [
    ...[0, 0, 0].map(() => ({ promptIndex: -1, pose: rest })),
    ...prompts.flatMap((prompt, promptIndex) =>
      COURSE.map((share) => ({
        promptIndex,
        pose: {
          ...rest,
          yaw: (rest.yaw ?? 0) + share * (PEAK[prompt].yaw ?? 0),
          pitch: (rest.pitch ?? 0) + share * (PEAK[prompt].pitch ?? 0),
        },
      })),
    ),
  ];
  return held.map(({ promptIndex, pose }, k) => frame(promptIndex, headLandmarks(pose), k));
}

/** A frame in which person 1 has these landmarks; `number` tells its picture from those of other frames. */
export function frame(promptIndex: number, landmarks: Landmarks, number: number): FacedFrame {
  return { promptIndex, face: observedFace(landmarks), secondFaceShare: 0, thumbnail: pattern(number, 64) };
}
