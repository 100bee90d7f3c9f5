import { estimateHeadPose, eyeDistance, type Prompt } from '@tegata/ekyc';
import { photograph } from './camera.ts';
import type { HeadModel } from './head-model.ts';
import { type HeadPlacement, renderHead } from './head-renderer.ts';
import { STRAIGHT_FRAMES } from './motion.ts';
import type { Picture, Portrait } from './portrait-photo.ts';
import { seededRandom } from './seeded-random.ts';

/** How a photograph of a face is shown to the camera. */
export interface FlatPictureOptions {
  readonly seed: number;
  /** degrees by which it is turned or tipped, towards what is asked for when positive */
  readonly degrees: number;
  /** radius of the cylinder it is bent to, in sides of the picture; flat when absent */
  readonly bendRadius?: number;
}

/** Cells of the sheet along each side. */
const CELLS = 24;
const COURSE = [0.15, 1, 0.75, 0.1];

/**
 * What a camera sees of a photograph held before it and turned as the prompts ask: straight frames, then four for each
 * prompt. The attack that the planarity check is for.
 */
export async function showFlatPicture(
  portrait: Portrait,
  prompts: readonly Prompt[],
  { seed, degrees, bendRadius }: FlatPictureOptions,
): Promise<{ straight: Uint8Array[]; motions: Uint8Array[][] }> {
  const random = seededRandom(seed, 'flat');
  const sheet = buildSheet(portrait, bendRadius);
  const { side } = portrait.picture;
  const backdrop: Picture = { side, rgb: new Uint8Array(3 * side * side).fill(96) };
  const show = (turn: { yaw: number; pitch: number }) => {
    const placement: HeadPlacement = {
      yaw: turn.yaw + random.normal(),
      pitch: turn.pitch + random.normal(),
      roll: random.normal() * 1.5,
      shiftX: random.normal() * 3,
      shiftY: random.normal() * 3,
      scale: 1 + random.normal() * 0.01,
    };
    return photograph(renderHead(sheet, portrait.picture, placement, backdrop), random);
  };
  const straight: Uint8Array[] = [];
  for (let k = 0; k < STRAIGHT_FRAMES; k++) straight.push(await show({ yaw: 0, pitch: 0 }));
  const motions: Uint8Array[][] = [];
  for (const prompt of prompts) {
    const frames: Uint8Array[] = [];
    const yaw = prompt === 'left' ? degrees : prompt === 'right' ? -degrees : 0;
    const pitch = prompt === 'down' ? degrees : prompt === 'up' ? -degrees : 0;
    for (const share of COURSE) frames.push(await show({ yaw: share * yaw, pitch: share * pitch }));
    motions.push(frames);
  }
  return { straight, motions };
}

/** The picture as a sheet in space, flat or bent about a vertical axis away from the camera at its sides. */
export function buildSheet({ picture: { side }, landmarks }: Portrait, bendRadius: number | undefined): HeadModel {
  const pose = estimateHeadPose(landmarks);
  const scale = eyeDistance(landmarks);
  const pivot = { x: pose?.x ?? side / 2, y: (pose?.y ?? side / 2) + 0.3 * scale };
  const positions: number[] = [];
  const texture: number[] = [];
  const triangles: number[] = [];
  for (let row = 0; row <= CELLS; row++) {
    for (let column = 0; column <= CELLS; column++) {
      const [x, y] = [(column * side) / CELLS, (row * side) / CELLS];
      const radius = (bendRadius ?? 0) * side;
      const along = x - pivot.x;
      const bent =
        radius > 0 ? [radius * Math.sin(along / radius), radius * (1 - Math.cos(along / radius))] : [along, 0];
      positions.push(bent[0]!, y - pivot.y, bent[1]!);
      texture.push(x, y);
      if (row === CELLS || column === CELLS) continue;
      const corner = row * (CELLS + 1) + column;
      triangles.push(corner, corner + 1, corner + CELLS + 1, corner + 1, corner + CELLS + 2, corner + CELLS + 1);
    }
  }
  return {
    positions: Float64Array.from(positions),
    texture: Float64Array.from(texture),
    follows: new Float64Array(texture.length / 2).fill(1),
    triangles: Uint32Array.from(triangles),
    eyeDistance: scale,
    pivot,
    cameraDistance: 9 * scale,
    pose: { yaw: 0, pitch: 0, roll: 0, scale, x: pivot.x, y: pivot.y },
  };
}
