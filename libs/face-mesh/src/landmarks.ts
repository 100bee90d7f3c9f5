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

/** Where a vertex is in the image. */
export function vertex(landmarks: Landmarks, index: number): Point {
  return { x: landmarks[3 * index]!, y: landmarks[3 * index + 1]! };
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
