import { type Prompt, SCREEN_COLOURS, type ScreenColour } from '@tegata/ekyc';
import { clampByte, photograph } from './camera.ts';
import { buildSheet } from './flat-picture.ts';
import { buildHeadModel, type HeadModel } from './head-model.ts';
import { type HeadPlacement, renderHead, type ScreenLight } from './head-renderer.ts';
import type { Picture, Portrait } from './portrait-photo.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';

/** What differs from one capture to another: the room, the camera, and how somebody holds the head and moves it. */
export interface SittingConditions {
  /** degrees at the peak of each motion */
  readonly peak: Readonly<Record<Prompt, number>>;
  /** how far into a motion each of its frames is; it ends near the middle */
  readonly course: readonly number[];
  /** how the head rests: degrees from straight, and its size against the portrait's */
  readonly rest: { readonly yaw: number; readonly pitch: number; readonly roll: number; readonly scale: number };
  /** what the room's light makes of red, green and blue, and how much more of it comes from the right (share of the mean) */
  readonly room: { readonly gains: readonly [number, number, number]; readonly slope: number };
  /** standard deviation of the sensor's noise in grey levels, and quality of its JPEG */
  readonly camera: { readonly grain: number; readonly quality: number };
  /** light of the screen on the face against that of the room */
  readonly screenStrength: number;
}

/** Courses of a motion at five frames a second: slow, quick to go, quick to return. */
const COURSES = [
  [0.25, 0.75, 1, 0.6, 0.15],
  [0.4, 0.95, 1, 0.85, 0.45, 0.1],
  [0.3, 1, 0.65, 0.12],
] as const;

/**
 * Conditions as they differ between people at home: motions of 22 to 30 degrees (20 to 30 are asked for; the chin is lifted by 21 to
 * 27), a head that rests up to 4 degrees from straight, lamps from warm to cool and from beside, cameras with more or less noise.
 */
export function drawConditions(random: SeededRandom): SittingConditions {
  const warmth = random.between(-0.08, 0.08);
  const brightness = random.between(0.75, 1.15);
  return {
    peak: {
      left: random.between(22, 30),
      right: random.between(22, 30),
      up: random.between(21, 27),
      down: random.between(20, 26),
    },
    course: COURSES[Math.floor(random.next() * COURSES.length)]!,
    rest: {
      yaw: random.between(-4, 4),
      pitch: random.between(-4, 4),
      roll: random.between(-4, 4),
      scale: random.between(0.85, 1.1),
    },
    room: {
      gains: [brightness * (1 + warmth), brightness, brightness * (1 - warmth)],
      slope: random.between(-0.3, 0.3),
    },
    camera: { grain: random.between(1, 3.5), quality: Math.round(random.between(70, 90)) },
    screenStrength: random.between(0.08, 0.25),
  };
}

/** Where a head, or a picture, is before the camera, from its rest: degrees, eye distances, ratio of sizes. */
export interface Move {
  readonly yaw?: number;
  readonly pitch?: number;
  readonly roll?: number;
  readonly shiftX?: number;
  readonly shiftY?: number;
  readonly scale?: number;
}

/**
 * Somebody sitting before a camera, or a picture of somebody held there. Each frame is new: nobody holds still, and no frame has
 * the noise of another. The same portrait, conditions and seed give the same frames in the same order.
 */
export class Sitting {
  private readonly model: HeadModel;
  private readonly random: SeededRandom;
  private readonly isPicture: boolean;
  /** what is drawn on the model, and what is behind it */
  private readonly texture: Picture;
  private readonly backdrop: Picture;

  /** @param bendRadius of a picture: what it is bent to, in sides of the picture; Infinity is flat */
  constructor(
    portrait: Portrait,
    readonly conditions: SittingConditions,
    seed: number,
    bendRadius?: number,
  ) {
    this.isPicture = bendRadius !== undefined;
    this.random = seededRandom(seed, this.isPicture ? 'picture' : 'sitting');
    const head = buildHeadModel(portrait);
    if (bendRadius === undefined) {
      this.model = head;
      this.texture = portrait.picture;
      this.backdrop = portrait.picture;
      return;
    }
    const { side } = portrait.picture;
    this.model = buildSheet(portrait, bendRadius === Infinity ? undefined : bendRadius);
    // whoever shows a picture takes one that looks straight
    this.texture = renderHead(head, portrait.picture, STRAIGHT_AHEAD);
    this.backdrop = { side, rgb: new Uint8Array(3 * side * side).fill(96) };
  }

  /** Frames at rest. */
  async straight(count: number): Promise<Uint8Array[]> {
    return this.along(new Array<number>(count).fill(0), {});
  }

  /** Frames of a motion, from the middle and back. */
  motion(prompt: Prompt): Promise<Uint8Array[]> {
    return this.along(this.conditions.course, moveFor(prompt, this.conditions.peak[prompt]));
  }

  /** Frames of any other motion: shares of `move`, one for each frame. */
  async along(course: readonly number[], move: Move): Promise<Uint8Array[]> {
    const frames: Uint8Array[] = [];
    for (const share of course) frames.push(await this.frame(share, move));
    return frames;
  }

  /** One frame at rest for each colour, lit by it; `undefined` is a dark screen. */
  async lit(colours: readonly (ScreenColour | undefined)[]): Promise<Uint8Array[]> {
    const { screenStrength: strength } = this.conditions;
    const frames: Uint8Array[] = [];
    for (const name of colours) {
      frames.push(await this.frame(0, {}, name && { colour: SCREEN_COLOURS[name], strength }, BALANCE));
    }
    return frames;
  }

  /** The view at rest, photographed again: what moves is the noise of the camera alone. */
  async still(count: number): Promise<Uint8Array[]> {
    const view = this.view(0, {});
    const frames: Uint8Array[] = [];
    for (let k = 0; k < count; k++) frames.push(await photograph(view, this.random, 0, this.conditions.camera));
    return frames;
  }

  private frame(share: number, move: Move, light?: ScreenLight, balance = 0): Promise<Uint8Array> {
    return photograph(this.view(share, move, light), this.random, balance, this.conditions.camera);
  }

  private view(share: number, move: Move, light?: ScreenLight): Picture {
    const { rest, room } = this.conditions;
    const { random } = this;
    const held = this.isPicture
      ? { yaw: 0, pitch: 0 }
      : { yaw: 0.25 * this.model.pose.yaw, pitch: 0.5 * this.model.pose.pitch };
    const placement: HeadPlacement = {
      yaw: held.yaw + rest.yaw + share * (move.yaw ?? 0) + random.normal() * 0.6,
      pitch: held.pitch + rest.pitch + share * (move.pitch ?? 0) + random.normal() * 0.6,
      roll: rest.roll + share * (move.roll ?? 0) + random.normal() * 0.9,
      shiftX: share * (move.shiftX ?? 0) * this.model.eyeDistance + random.normal() * 2,
      shiftY: share * (move.shiftY ?? 0) * this.model.eyeDistance + random.normal() * 1.5,
      scale: rest.scale * (1 + share * ((move.scale ?? 1) - 1)) * (1 + random.normal() * 0.006),
    };
    return inRoom(renderHead(this.model, this.texture, placement, this.backdrop, light), room);
  }
}

const STRAIGHT_AHEAD: HeadPlacement = { yaw: 0, pitch: 0, roll: 0, shiftX: 0, shiftY: 0, scale: 1 };

/** How far white balance wanders while the screen changes. */
const BALANCE = 0.015;

/** The turn or nod that a prompt asks for. */
export function moveFor(prompt: Prompt, degrees: number): Move {
  return { left: { yaw: degrees }, right: { yaw: -degrees }, up: { pitch: -degrees }, down: { pitch: degrees } }[
    prompt
  ];
}

/** A picture in other light. */
function inRoom({ side, rgb }: Picture, { gains, slope }: SittingConditions['room']): Picture {
  const lit = new Uint8Array(rgb.length);
  for (let at = 0, pixel = 0; at < rgb.length; at += 3, pixel++) {
    const beside = 1 + slope * ((pixel % side) / side - 0.5);
    for (let c = 0; c < 3; c++) lit[at + c] = clampByte(rgb[at + c]! * gains[c]! * beside);
  }
  return { side, rgb: lit };
}
