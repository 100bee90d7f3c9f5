import { type Landmarks, RIGID_VERTICES, vertex } from './landmarks.ts';
import { NormalEquations } from './least-squares.ts';
import { MEAN_FACE } from './mean-face.ts';

/**
 * How a head is held, in degrees. The camera image is not mirrored.
 *
 * - `yaw` > 0: turned to the person's own left, the nose moves to the right of the image
 * - `pitch` > 0: chin lowered, the nose moves down
 * - `roll` > 0: tilted clockwise in the image
 *
 * Pitch has an offset of its own in every person (up to 13 degrees), so compare it with the same person's, never with zero.
 */
export interface HeadPose {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  /** pixels per eye distance of the head, which turning the head does not shorten */
  readonly scale: number;
  /** where the point midway between the eyes is, in pixels */
  readonly x: number;
  readonly y: number;
}

type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];

const ITERATIONS = 8;
const DEGREES = 180 / Math.PI;

/**
 * Head pose by weak-perspective least squares: the rotation, scale and shift under which the mean face's rigid vertices
 * come closest to those seen. About 0.05 ms. Undefined where no pose fits (vertices on one line).
 */
export function estimateHeadPose(landmarks: Landmarks): HeadPose | undefined {
  const start = affineFit(landmarks);
  if (start === undefined) return undefined;
  let { rotation, scale, x, y } = start;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    // unknowns: small turns about the three camera axes, relative change of scale, shift
    const equations = new NormalEquations(6);
    for (const index of RIGID_VERTICES) {
      const [px, py, pz] = turn(rotation, index);
      const seen = vertex(landmarks, index);
      equations.add([0, scale * pz, -scale * py, scale * px, 1, 0], seen.x - (scale * px + x));
      equations.add([-scale * pz, 0, scale * px, scale * py, 0, 1], seen.y - (scale * py + y));
    }
    const step = equations.solve();
    if (step === undefined) return undefined;
    const [wx, wy, wz, growth, dx, dy] = step as unknown as [number, number, number, number, number, number];
    rotation = multiply(rotationAbout(wx, wy, wz), rotation);
    scale *= 1 + Math.max(-0.5, Math.min(0.5, growth));
    x += dx;
    y += dy;
    if (Math.hypot(wx, wy, wz) < 1e-5) break;
  }
  // where the face looks: the model's -z axis in camera coordinates
  const [lookX, lookY, lookZ] = [-rotation[2], -rotation[5], -rotation[8]];
  return {
    yaw: Math.atan2(lookX, -lookZ) * DEGREES,
    pitch: Math.atan2(lookY, Math.hypot(lookX, lookZ)) * DEGREES,
    roll: Math.atan2(rotation[3], rotation[4]) * DEGREES,
    scale,
    x,
    y,
  };
}

/**
 * Rotation matrix (row-major) of a pose: roll, then pitch, then yaw about the camera's axes. The inverse of what
 * {@link estimateHeadPose} reads.
 */
export function poseRotation(pose: Pick<HeadPose, 'yaw' | 'pitch' | 'roll'>): Matrix3 {
  const yaw = rotationAbout(0, -pose.yaw / DEGREES, 0);
  const pitch = rotationAbout(pose.pitch / DEGREES, 0, 0);
  const roll = rotationAbout(0, 0, pose.roll / DEGREES);
  return multiply(yaw, multiply(pitch, roll));
}

function turn(r: Matrix3, index: number): [number, number, number] {
  const [x, y, z] = [MEAN_FACE[3 * index]!, MEAN_FACE[3 * index + 1]!, MEAN_FACE[3 * index + 2]!];
  return [r[0] * x + r[1] * y + r[2] * z, r[3] * x + r[4] * y + r[5] * z, r[6] * x + r[7] * y + r[8] * z];
}

/** The best 2 x 4 affine map and the rotation nearest to it: where the iteration starts. */
function affineFit(landmarks: Landmarks): { rotation: Matrix3; scale: number; x: number; y: number } | undefined {
  const [forX, forY] = [new NormalEquations(4), new NormalEquations(4)];
  for (const index of RIGID_VERTICES) {
    const model = [MEAN_FACE[3 * index]!, MEAN_FACE[3 * index + 1]!, MEAN_FACE[3 * index + 2]!, 1];
    const seen = vertex(landmarks, index);
    forX.add(model, seen.x);
    forY.add(model, seen.y);
  }
  const [a, b] = [forX.solve(), forY.solve()];
  if (a === undefined || b === undefined) return undefined;
  const [lengthA, lengthB] = [Math.hypot(a[0]!, a[1]!, a[2]!), Math.hypot(b[0]!, b[1]!, b[2]!)];
  if (!(lengthA > 0) || !(lengthB > 0)) return undefined;
  const first: Vector = [a[0]! / lengthA, a[1]! / lengthA, a[2]! / lengthA];
  const along = first[0] * b[0]! + first[1] * b[1]! + first[2] * b[2]!;
  const second = unit([b[0]! - along * first[0], b[1]! - along * first[1], b[2]! - along * first[2]]);
  if (second === undefined) return undefined;
  const third = cross(first, second);
  return { rotation: [...first, ...second, ...third], scale: (lengthA + lengthB) / 2, x: a[3]!, y: b[3]! };
}

type Vector = [number, number, number];

function unit([x, y, z]: Vector): Vector | undefined {
  const length = Math.hypot(x, y, z);
  return length > 1e-9 ? [x / length, y / length, z / length] : undefined;
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** Rotation about the axis (x, y, z) by its length in radians (Rodrigues). */
function rotationAbout(x: number, y: number, z: number): Matrix3 {
  const angle = Math.hypot(x, y, z);
  if (angle < 1e-12) return [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const [ux, uy, uz] = [x / angle, y / angle, z / angle];
  const [s, c] = [Math.sin(angle), Math.cos(angle)];
  const t = 1 - c;
  return [
    c + ux * ux * t,
    ux * uy * t - uz * s,
    ux * uz * t + uy * s,
    uy * ux * t + uz * s,
    c + uy * uy * t,
    uy * uz * t - ux * s,
    uz * ux * t - uy * s,
    uz * uy * t + ux * s,
    c + uz * uz * t,
  ];
}

function multiply(a: Matrix3, b: Matrix3): Matrix3 {
  const cell = (row: 0 | 3 | 6, column: 0 | 1 | 2) =>
    a[row]! * b[column]! + a[(row + 1) as 1]! * b[(column + 3) as 3]! + a[(row + 2) as 2]! * b[(column + 6) as 6]!;
  return [cell(0, 0), cell(0, 1), cell(0, 2), cell(3, 0), cell(3, 1), cell(3, 2), cell(6, 0), cell(6, 1), cell(6, 2)];
}
