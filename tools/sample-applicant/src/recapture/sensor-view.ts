import type { SeededRandom } from '../seeded-random.ts';

const { cos, hypot, PI, sin } = Math;

/** How a camera looks at a plane: where the pixels of its sensor lie there. */
export interface SensorView {
  readonly width: number;
  readonly height: number;
  /** millimetres of the plane from pixels, a homography row by row; its origin is what the camera looks at */
  readonly toPlane: Float64Array;
  /** pixels a millimetre in the middle of the picture */
  readonly resolution: number;
  /** what a millimetre to the right and one down are in the middle of the picture, pixels: xx, xy, yx, yy */
  readonly jacobian: readonly [number, number, number, number];
}

/** What of a plane is to fill the picture, and from where. */
export interface Pose {
  /** millimetres of the plane that the width of the picture shows, seen straight */
  readonly across: number;
  /** degrees: about the axis of sight, and by how far the plane leans sideways and backwards */
  readonly roll: number;
  readonly yaw: number;
  readonly pitch: number;
  /** millimetres by which the middle of the picture misses the origin */
  readonly aside: readonly [number, number];
}

/** A hand-held camera above a plane. */
export function drawnPose(random: SeededRandom, across: number): Pose {
  const leaning = random.next() < 0.2 ? 1 : 7;
  return {
    across,
    roll: random.normal() * 2.5,
    yaw: random.between(-leaning, leaning),
    pitch: random.between(-leaning, leaning),
    aside: [random.between(-0.02, 0.02) * across, random.between(-0.02, 0.02) * across],
  };
}

/** Focal length against the width of the picture: 65 degrees across. */
const FOCAL = 0.78;

/** The view of a plane by a camera of so many pixels. */
export function sensorView(width: number, height: number, { across, roll, yaw, pitch, aside }: Pose): SensorView {
  const [r, a, b] = [roll, yaw, pitch].map((degrees) => (degrees * PI) / 180) as [number, number, number];
  const focal = FOCAL * width;
  const distance = FOCAL * across;
  // columns of the rotation that the two axes of the plane take: first about the axis of sight, then leaning
  const lean = ([x, y]: readonly [number, number]) => [
    x * cos(a),
    y * cos(b) + x * sin(a) * sin(b),
    y * sin(b) - x * sin(a) * cos(b),
  ];
  const [u, v] = [lean([cos(r), sin(r)]), lean([-sin(r), cos(r)])];
  const matrix = [
    [focal * u[0]! + (width / 2) * u[2]!, focal * v[0]! + (width / 2) * v[2]!, (width / 2) * distance],
    [focal * u[1]! + (height / 2) * u[2]!, focal * v[1]! + (height / 2) * v[2]!, (height / 2) * distance],
    [u[2]!, v[2]!, distance],
  ];
  const toPlane = inverse(matrix.flat());
  // the point looked at is `aside` of the origin
  for (let k = 0; k < 3; k++) {
    toPlane[k] = toPlane[k]! - aside[0] * toPlane[6 + k]!;
    toPlane[3 + k] = toPlane[3 + k]! - aside[1] * toPlane[6 + k]!;
  }
  const jacobian = [
    (focal * u[0]!) / distance,
    (focal * v[0]!) / distance,
    (focal * u[1]!) / distance,
    (focal * v[1]!) / distance,
  ] as const;
  return { width, height, toPlane, jacobian, resolution: hypot(jacobian[0], jacobian[2]) };
}

function inverse(m: readonly number[]): Float64Array {
  const [a, b, c, d, e, f, g, h, i] = m as [number, number, number, number, number, number, number, number, number];
  const out = Float64Array.of(
    ...[e * i - f * h, c * h - b * i, b * f - c * e],
    ...[f * g - d * i, a * i - c * g, c * d - a * f],
    ...[d * h - e * g, b * g - a * h, a * e - b * d],
  );
  const determinant = a * out[0]! + b * out[3]! + c * out[6]!;
  return out.map((value) => value / determinant);
}
