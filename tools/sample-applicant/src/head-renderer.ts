import { poseRotation } from '@tegata/ekyc';
import type { HeadModel } from './head-model.ts';
import type { Picture } from './portrait-photo.ts';

// taken out of Math once: inside a vm context, as tests run in, every look at a global costs more than the sum it is for
const { abs, ceil, floor, hypot, max, min, round } = Math;

/** How a head is to be shown. */
export interface HeadPlacement {
  /** degrees from looking straight; to the person's own left, chin down, clockwise in the image */
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  /** pixels from where the portrait has it */
  readonly shiftX: number;
  readonly shiftY: number;
  /** ratio to the size in the portrait */
  readonly scale: number;
}

/** Light of a screen in front of the face, on top of that of the room. */
export interface ScreenLight {
  /** share of red, green and blue, 0..1 */
  readonly colour: readonly [number, number, number];
  /** linear light that a full screen adds to a surface that faces it at the distance of the face, against that of the room */
  readonly strength: number;
}

/** Share of the screen's light that reaches the background: it is three times as far away. */
const BACKGROUND_SHARE = 0.12;

/**
 * Shows the head from the camera: rotates, projects, and draws the triangles nearest the camera. About 25 ms for 480 pixels. The
 * model covers the whole picture unless it is moved away; what is left shows `backdrop`.
 */
export function renderHead(
  model: HeadModel,
  texture: Picture,
  placement: HeadPlacement,
  backdrop: Picture = texture,
  light?: ScreenLight,
): Picture {
  const { side } = texture;
  const projected = project(model, placement);
  const rgb = backdrop.rgb.slice();
  const depths = new Float64Array(side * side).fill(Infinity);
  for (let k = 0; k < model.triangles.length; k += 3) {
    drawTriangle(
      model,
      projected,
      [model.triangles[k]!, model.triangles[k + 1]!, model.triangles[k + 2]!],
      texture,
      rgb,
      depths,
      light,
    );
  }
  return { side, rgb };
}

/** x, y in the picture and depth of each vertex. */
function project(model: HeadModel, placement: HeadPlacement): Float64Array {
  const { positions, follows, pivot, cameraDistance } = model;
  // from the portrait's pose to looking straight, and on to the pose asked for
  const r = multiply(poseRotation(placement), transpose(poseRotation(model.pose)));
  const out = new Float64Array(positions.length);
  for (let k = 0; k < follows.length; k++) {
    const [x, y, z] = [positions[3 * k]!, positions[3 * k + 1]!, positions[3 * k + 2]!];
    const f = follows[k]!;
    const moved = [r[0] * x + r[1] * y + r[2] * z, r[3] * x + r[4] * y + r[5] * z, r[6] * x + r[7] * y + r[8] * z];
    const [mx, my, mz] = [x + f * (moved[0]! - x), y + f * (moved[1]! - y), z + f * (moved[2]! - z)];
    const near = cameraDistance / (cameraDistance + mz);
    const grow = 1 + f * (placement.scale - 1);
    out[3 * k] = pivot.x + mx * near * grow + f * placement.shiftX;
    out[3 * k + 1] = pivot.y + my * near * grow + f * placement.shiftY;
    out[3 * k + 2] = mz;
  }
  return out;
}

function drawTriangle(
  model: HeadModel,
  projected: Float64Array,
  [a, b, c]: readonly [number, number, number],
  texture: Picture,
  rgb: Uint8Array,
  depths: Float64Array,
  light: ScreenLight | undefined,
): void {
  const { side } = texture;
  const [ax, ay, bx, by, cx, cy] = [a, b, c].flatMap((v) => [projected[3 * v]!, projected[3 * v + 1]!]) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
  if (abs(area) < 1e-9) return;
  const gains = light && gainsOf(model, projected, [a, b, c], light);
  const [top, bottom] = [max(0, floor(min(ay, by, cy))), min(side - 1, ceil(max(ay, by, cy)))];
  const [left, right] = [max(0, floor(min(ax, bx, cx))), min(side - 1, ceil(max(ax, bx, cx)))];
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const [px, py] = [x + 0.5, y + 0.5];
      const u = ((bx - px) * (cy - py) - (cx - px) * (by - py)) / area;
      const v = ((cx - px) * (ay - py) - (ax - px) * (cy - py)) / area;
      const w = 1 - u - v;
      // neighbours overlap by a hair, so that no seam shows
      if (u < -1e-6 || v < -1e-6 || w < -1e-6) continue;
      const depth = u * projected[3 * a + 2]! + v * projected[3 * b + 2]! + w * projected[3 * c + 2]!;
      const pixel = y * side + x;
      if (depth >= depths[pixel]!) continue;
      depths[pixel] = depth;
      const { texture: t } = model;
      const tx = u * t[2 * a]! + v * t[2 * b]! + w * t[2 * c]!;
      const ty = u * t[2 * a + 1]! + v * t[2 * b + 1]! + w * t[2 * c + 1]!;
      sample(texture, tx, ty, rgb, 3 * pixel);
      if (gains === undefined) continue;
      for (let k = 0; k < 3; k++) rgb[3 * pixel + k] = min(255, round(rgb[3 * pixel + k]! * gains[k]!));
    }
  }
}

/**
 * By how much the screen brightens a triangle, in encoded values: a matt surface, with the cosine of the angle to the screen, and
 * less with distance. What the texture shows is taken for the surface's colour in the light of the room.
 */
function gainsOf(
  { follows }: HeadModel,
  projected: Float64Array,
  [a, b, c]: readonly [number, number, number],
  { colour, strength }: ScreenLight,
): readonly number[] {
  const edge = (to: number, axis: number) => projected[3 * to + axis]! - projected[3 * a + axis]!;
  const [ux, uy, uz, vx, vy, vz] = [edge(b, 0), edge(b, 1), edge(b, 2), edge(c, 0), edge(c, 1), edge(c, 2)];
  const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
  const cosine = abs(nz) / max(1e-9, hypot(nx, ny, nz));
  const near = (follows[a]! + follows[b]! + follows[c]!) / 3;
  const reach = strength * cosine * (BACKGROUND_SHARE + (1 - BACKGROUND_SHARE) * near);
  return colour.map((share) => (1 + reach * share) ** (1 / 2.2));
}

type Matrix3 = ReturnType<typeof poseRotation>;

function transpose([a, b, c, d, e, f, g, h, i]: Matrix3): Matrix3 {
  return [a, d, g, b, e, h, c, f, i];
}

function multiply(p: Matrix3, [a, b, c, d, e, f, g, h, i]: Matrix3): Matrix3 {
  const row = (x: number, y: number, z: number) =>
    [x * a + y * d + z * g, x * b + y * e + z * h, x * c + y * f + z * i] as const;
  return [...row(p[0], p[1], p[2]), ...row(p[3], p[4], p[5]), ...row(p[6], p[7], p[8])];
}

/** Writes the colour of a picture at (x, y) by bilinear interpolation; pixel centres at halves, borders repeated. */
function sample({ side, rgb }: Picture, x: number, y: number, out: Uint8Array, at: number): void {
  const [cx, cy] = [max(0, min(side - 1, x - 0.5)), max(0, min(side - 1, y - 0.5))];
  const [left, top] = [min(side - 2, floor(cx)), min(side - 2, floor(cy))];
  const [dx, dy] = [cx - left, cy - top];
  const first = 3 * (top * side + left);
  for (let c = 0; c < 3; c++) {
    const [p, q] = [rgb[first + c]!, rgb[first + 3 + c]!];
    const [r, s] = [rgb[first + 3 * side + c]!, rgb[first + 3 * side + 3 + c]!];
    out[at + c] = round((p + (q - p) * dx) * (1 - dy) + (r + (s - r) * dx) * dy);
  }
}
