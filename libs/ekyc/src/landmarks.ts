import { type Landmarks, type Point, vertex } from '@tegata/face-mesh';

export { type Box, boundingBox, LANDMARK_COUNT, type Landmarks, type Point, vertex } from '@tegata/face-mesh';

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

/** Middle of the person's right (`right`) and left eye, each between its corners. */
export function eyes(landmarks: Landmarks): { right: Point; left: Point } {
  return { right: middle(landmarks, RIGHT_EYE_CORNERS), left: middle(landmarks, LEFT_EYE_CORNERS) };
}

/** Distance between the middles of the eyes as seen in the image, in pixels. */
export function eyeDistance(landmarks: Landmarks): number {
  const { right, left } = eyes(landmarks);
  return Math.hypot(right.x - left.x, right.y - left.y);
}

function middle(landmarks: Landmarks, [a, b]: readonly [number, number]): Point {
  const p = vertex(landmarks, a);
  const q = vertex(landmarks, b);
  return { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 };
}
