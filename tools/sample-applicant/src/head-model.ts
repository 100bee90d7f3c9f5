import { estimateHeadPose, eyeDistance, eyes, type HeadPose, LANDMARK_COUNT, vertex } from '@tegata/ekyc';
import Delaunator from 'delaunator';
import type { Portrait } from './portrait-photo.ts';

// taken out of Math once: inside a vm context, as tests run in, every look at a global costs more than the sum it is for
const { hypot, max, min } = Math;

/**
 * A head as a textured surface: the vertices of the portrait in space, and which of them make a triangle.
 *
 * Origin at the pivot of the neck; x to the right of the image, y downwards, z away from the camera; pixels.
 */
export interface HeadModel {
  /** x, y, z of each vertex */
  readonly positions: Float64Array;
  /** x, y of each vertex in the portrait */
  readonly texture: Float64Array;
  /** how much of the head's motion a vertex takes part in: 1 face and hair, 0 background */
  readonly follows: Float64Array;
  /** three vertices each */
  readonly triangles: Uint32Array;
  /** pixels */
  readonly eyeDistance: number;
  /** where the pivot is in the portrait, pixels */
  readonly pivot: { readonly x: number; readonly y: number };
  /** distance of the camera from the pivot, pixels */
  readonly cameraDistance: number;
  /** how the head is held in the portrait */
  readonly pose: HeadPose;
}

/** Where the head turns: that far behind the eyes and below them, in eye distances. */
const PIVOT_BEHIND = 0.95;
const PIVOT_BELOW = 0.35;
/** How far the camera is away, in eye distances: an arm's length. */
const CAMERA_AWAY = 9;
/** Rings of vertices around the face, at these distances from its outline in eye distances; a grid beyond. */
const RINGS = [0.1, 0.22, 0.38, 0.58, 0.82];
const GRID = 24;
/** Depth over distance that the surface may have. */
const STEEPEST = 1.6;

/**
 * Builds the model from one portrait. The face has the depth that FaceMesh sees in it. What surrounds the face falls off
 * behind its outline, and takes part in its motion less and less with distance, so that hair moves and walls do not.
 */
export function buildHeadModel({ picture: { side }, landmarks }: Portrait): HeadModel {
  const scale = eyeDistance(landmarks);
  const pose = estimateHeadPose(landmarks);
  if (pose === undefined) throw new Error('the portrait shows no head pose');
  const { right, left } = eyes(landmarks);
  const pivot = { x: (right.x + left.x) / 2, y: (right.y + left.y) / 2 + PIVOT_BELOW * scale };
  const eyeDepth = mean([33, 133, 362, 263].map((index) => landmarks[3 * index + 2]!));
  const outline = FACE_OUTLINE.map((index) => ({
    ...vertex(landmarks, index),
    z: landmarks[3 * index + 2]! - eyeDepth,
  }));

  const points: { x: number; y: number; z: number; follows: number }[] = [];
  for (let index = 0; index < LANDMARK_COUNT; index++) {
    points.push({ ...vertex(landmarks, index), z: landmarks[3 * index + 2]! - eyeDepth, follows: 1 });
  }
  const surround = (x: number, y: number, nearestAllowed: number) => {
    if (x < 0 || y < 0 || x > side || y > side || isInside(outline, x, y)) return;
    const { away, depth } = nearest(outline, x, y);
    const distance = away / scale;
    if (distance < nearestAllowed) return;
    // hair lies about as deep as the outline, then the surface falls back
    const z = depth + scale * min(0.8, 0.6 * distance);
    // below the chin the neck holds on sooner than the hair beside the face does
    const reach = y > pivot.y + 1.2 * scale ? 0.9 : 1.6;
    points.push({ x, y, z, follows: smoothFall((distance - 0.35) / (reach - 0.35)) });
  };
  // rings as fine as the outline itself, or the long triangles from it to the grid would fold into teeth
  const centre = { x: mean(outline.map(({ x }) => x)), y: mean(outline.map(({ y }) => y)) };
  for (const ring of RINGS) {
    for (const { x, y } of outline) {
      const grow = 1 + (ring * scale) / hypot(x - centre.x, y - centre.y);
      surround(centre.x + (x - centre.x) * grow, centre.y + (y - centre.y) * grow, 0.6 * ring);
    }
  }
  const beyondRings = RINGS.at(-1)! + 0.1;
  for (let row = 0; row <= GRID; row++) {
    for (let column = 0; column <= GRID; column++) surround((column * side) / GRID, (row * side) / GRID, beyondRings);
  }
  limitSlope(points);
  const cameraDistance = CAMERA_AWAY * scale;
  const positions = new Float64Array(3 * points.length);
  points.forEach((point, k) => {
    const z = point.z - PIVOT_BEHIND * scale;
    // undo the perspective under which the portrait shows the point
    const spread = (cameraDistance + z) / cameraDistance;
    positions.set([(point.x - pivot.x) * spread, (point.y - pivot.y) * spread, z], 3 * k);
  });
  return {
    positions,
    texture: Float64Array.from(points.flatMap(({ x, y }) => [x, y])),
    follows: Float64Array.from(points, ({ follows }) => follows),
    triangles: Delaunator.from(
      points,
      ({ x }) => x,
      ({ y }) => y,
    ).triangles,
    eyeDistance: scale,
    pivot,
    cameraDistance,
    pose,
  };
}

/** Vertices around the face, in order. */
const FACE_OUTLINE: readonly number[] = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136,
  172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];

/**
 * Brings points nearer that lie too steeply behind others. On the side a face is turned away from, vertices a pixel apart
 * differ in depth by half a head, in no clean order; turned back, they would stand up as teeth.
 */
function limitSlope(points: { readonly x: number; readonly y: number; z: number }[]): void {
  const byDepth = points.toSorted((a, b) => a.z - b.z);
  byDepth.forEach((nearer, k) => {
    for (const farther of byDepth.slice(k + 1)) {
      farther.z = min(farther.z, nearer.z + STEEPEST * hypot(farther.x - nearer.x, farther.y - nearer.y));
    }
  });
}

interface OutlinePoint {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Distance from the outline, and its depth near there (weighted by nearness, or the surface would have creases). */
function nearest(outline: readonly OutlinePoint[], x: number, y: number): { away: number; depth: number } {
  let [away, weights, sum] = [Infinity, 0, 0];
  for (const point of outline) {
    const distance = hypot(point.x - x, point.y - y);
    away = min(away, distance);
    const weight = 1 / (distance * distance + 1) ** 2;
    weights += weight;
    sum += weight * point.z;
  }
  return { away, depth: sum / weights };
}

function isInside(outline: readonly OutlinePoint[], x: number, y: number): boolean {
  let inside = false;
  outline.forEach((a, k) => {
    const b = outline[(k + 1) % outline.length]!;
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  });
  return inside;
}

/** 1 up to 0, 0 from 1 on, smooth between. */
function smoothFall(t: number): number {
  const clamped = max(0, min(1, t));
  return 1 - clamped * clamped * (3 - 2 * clamped);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
