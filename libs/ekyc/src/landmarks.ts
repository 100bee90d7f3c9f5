/**
 * Landmarks of one face: the 468 vertices of the FaceMesh topology as x, y, z triples, 1404 numbers. x to the right and y
 * downwards in pixels of the image; z into the scene on the same scale, with its zero near the middle of the head.
 */
export type Landmarks = Float32Array;

/** Number of vertices of a face. */
export const LANDMARK_COUNT = 468;

/** A place in an image, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle in an image, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

// "Left" is the person's own, so it is on the right in a camera image that was not mirrored.
const RIGHT_EYE_CORNERS = [33, 133] as const;
const LEFT_EYE_CORNERS = [362, 263] as const;

/**
 * Vertices that move with the skull and hardly with expression: eye corners, ridge, tip and wings of the nose, glabella,
 * forehead, brows. The head pose is fitted to these 23.
 */
export const RIGID_VERTICES: readonly number[] = [
  33, 133, 362, 263, 168, 6, 197, 195, 5, 4, 1, 19, 94, 2, 98, 327, 129, 358, 8, 9, 151, 105, 334,
];

/**
 * Vertices over which the planarity of a motion is judged: the rigid ones, and cheeks, cheekbones, temples, jaw angles and
 * chin, so that the nose is seen against what lies behind it. Lips are left out, a smile is no parallax. 52 in all.
 */
export const PLANARITY_VERTICES: readonly number[] = [
  ...RIGID_VERTICES,
  ...[10, 67, 297, 54, 284, 107, 336, 70, 300],
  ...[127, 356, 234, 454, 93, 323, 116, 345, 117, 346, 50, 280, 205, 425],
  ...[132, 361, 172, 397, 152, 199],
];

/** Where a vertex is in the image. */
export function vertex(landmarks: Landmarks, index: number): Point {
  return { x: landmarks[3 * index]!, y: landmarks[3 * index + 1]! };
}

/** Middle of the person's right (`right`) and left eye, each between its corners. */
export function eyes(landmarks: Landmarks): { right: Point; left: Point } {
  return { right: middle(landmarks, RIGHT_EYE_CORNERS), left: middle(landmarks, LEFT_EYE_CORNERS) };
}

/** Distance between the middles of the eyes as seen in the image, in pixels. */
export function eyeDistance(landmarks: Landmarks): number {
  const { right, left } = eyes(landmarks);
  return Math.hypot(right.x - left.x, right.y - left.y);
}

/** The smallest upright rectangle that holds every vertex. */
export function boundingBox(landmarks: Landmarks): Box {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let index = 0; index < landmarks.length / 3; index++) {
    const { x, y } = vertex(landmarks, index);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { left, top, width: right - left, height: bottom - top };
}

function middle(landmarks: Landmarks, [a, b]: readonly [number, number]): Point {
  const p = vertex(landmarks, a);
  const q = vertex(landmarks, b);
  return { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 };
}
