import { SCREEN_COLOURS, type ScreenColour } from '@tegata/ekyc';
import type { SeededRandom } from '../seeded-random.ts';
import type { Reflectance } from './card-scene.ts';
import { lightAt, lightImage } from './light-image.ts';
import { DOTS, type DrawnPage, inkjetPrinted } from './recaptured-document.ts';
import { drawnQuality, photographScene, type Scene, SEEN_COLOURS, type SensorQuality } from './sensor.ts';
import { type Pose, sensorView } from './sensor-view.ts';

const { abs, hypot, max, PI, sin } = Math;

/** What a person holds before the camera: the document or a print of it, which reflect, or a screen that shows it, which shines. */
export type Held = 'document' | 'print' | 'screen';

/** Frames: how a room, a camera and a hand are while the screen beside the camera shows its colours. */
export interface HeldConditions {
  /** light of the screen on what is held against that of the room, for a channel that is full */
  readonly strength: number;
  /** the same of what is behind it, which is farther away */
  readonly strengthBehind: number;
  /** mirror image of the screen in what is held, against the room's light on white paper: gloss of a card, or glass */
  readonly mirrored: number;
  /** of a screen: its white against white paper in the room's light */
  readonly brightness: number;
  /** share of a change of brightness that exposure takes back, and of a change of colour that white balance does */
  readonly exposure: number;
  readonly balance: number;
  readonly camera: SensorQuality;
  /** side of a frame, pixels */
  readonly side: number;
  readonly pose: Pose;
  /** from where on the width is covered by the mirror image, and on which side fingers hold it */
  readonly mirrorFrom: number;
  readonly fingers: 'left' | 'right' | 'none';
}

/** Light of the screen of a notebook or telephone on what is held a hand's breadth nearer than a face, against a lit to a dim room's. */
const STRENGTH = { least: 0.1, most: 0.5 } as const;
/** Share of light that a surface mirrors: laminate and glass 4 %, with a coating 1 %. */
const MIRRORED = { least: 0.01, most: 0.05 } as const;
/** Luminance of the screen against that of white paper which it lights: it covers a fifth of what the paper sees. */
const OWN_LIGHT = 5;

/** Side of the frames that the capture page takes of a document, pixels. */
export const HELD_SIDE = 640;

/** Conditions as they differ between people at home, for something of a width in millimetres. */
export function drawHeldConditions(width: number, random: SeededRandom, side = HELD_SIDE): HeldConditions {
  const strength = random.between(STRENGTH.least, STRENGTH.most);
  return {
    strength,
    strengthBehind: strength * random.between(0.02, 0.3),
    mirrored: OWN_LIGHT * strength * random.between(MIRRORED.least, MIRRORED.most),
    brightness: random.between(0.5, 2.5),
    exposure: random.between(0, 1),
    balance: random.between(0, 0.3),
    camera: drawnQuality(random),
    side,
    pose: {
      across: width / random.between(0.6, 0.8),
      roll: 3 * random.normal(),
      yaw: random.between(-9, 9),
      pitch: random.between(-9, 9),
      aside: [0.03 * width * random.normal(), 0.02 * width * random.normal()],
    },
    mirrorFrom: random.between(-0.6, 0.9),
    fingers: random.next() < 0.5 ? 'left' : 'right',
  };
}

/** Pixels a millimetre of a page that is no print. */
const PAGE_DOTS = 10;

/** One frame for each colour, of what is held; `undefined` is a dark screen. 0.3 s each, a print some seconds more. */
export async function photographHeld(
  held: Held,
  page: DrawnPage,
  colours: readonly (ScreenColour | undefined)[],
  conditions: HeldConditions,
  random: SeededRandom,
): Promise<Uint8Array[]> {
  const { pose, side, strength, strengthBehind, mirrored, exposure, balance } = conditions;
  const first = sensorView(side, side, pose);
  const blur = random.between(0.5, 1.3);
  const resolution = held === 'print' ? DOTS : PAGE_DOTS;
  const printed =
    held === 'print'
      ? await inkjetPrinted(page, first, blur)
      : await lightImage(page.picture, Math.round(page.width * resolution), (blur * resolution) / first.resolution);
  const room = [1 + 0.06 * random.normal(), 1, 1 + 0.08 * random.normal()] as const;
  const slope = { x: random.between(-0.3, 0.3) / page.width, y: random.between(-0.3, 0.3) / page.width };
  const behind = drawnSurroundings(page.width, random);
  const level = random.between(0.5, 0.8) / (held === 'screen' ? max(1, conditions.brightness) : 1);
  const frames: Uint8Array[] = [];
  for (const name of colours) {
    const colour = name === undefined ? ([0, 0, 0] as const) : SCREEN_COLOURS[name];
    const view = sensorView(side, side, moved(pose, page.width, random));
    const lit = (c: 0 | 1 | 2, share: number) => room[c] + share * colour[c];
    const light = (x: number, y: number, c: 0 | 1 | 2): number => {
      const shade = 1 + slope.x * x + slope.y * y;
      if (isFinger(x, y, page, conditions.fingers)) return SKIN[c] * shade * lit(c, strength);
      const [dx, dy] = [abs(x) - page.width / 2, abs(y) - page.height / 2];
      if (max(dx, dy) > 0 || (dx > -3 && dy > -3 && hypot(dx + 3, dy + 3) > 3))
        return behind(x, y, c) * lit(c, strengthBehind);
      const printedHere = lightAt(printed, (x + page.width / 2) * resolution, (y + page.height / 2) * resolution, c);
      const mirror = x / page.width + 0.5 > conditions.mirrorFrom ? mirrored * colour[c] : 0;
      return held === 'screen'
        ? conditions.brightness * printedHere + 0.01 + mirror
        : 0.93 * printedHere * shade * lit(c, strength) + mirror;
    };
    // what the camera does about it: it sees the middle of the picture
    const seen = ([0, 1, 2] as const).map((c) => (held === 'screen' ? 1 : lit(c, strength) / room[c]));
    const mean = (seen[0]! + seen[1]! + seen[2]!) / 3;
    const gains = seen.map((s) => level * mean ** -exposure * (s / mean) ** -balance * (1 + 0.015 * random.normal()));
    const scene: Scene = (x, y, channel) => {
      const filter = SEEN_COLOURS[channel];
      return (
        gains[0]! * filter[0] * light(x, y, 0) +
        gains[1]! * filter[1] * light(x, y, 1) +
        gains[2]! * filter[2] * light(x, y, 2)
      );
    };
    frames.push(await photographScene(view, scene, conditions.camera, random));
  }
  return frames;
}

/** Nobody holds still. */
function moved(pose: Pose, width: number, random: SeededRandom): Pose {
  return {
    across: pose.across * (1 + 0.01 * random.normal()),
    roll: pose.roll + 0.7 * random.normal(),
    yaw: pose.yaw + random.normal(),
    pitch: pose.pitch + random.normal(),
    aside: [pose.aside[0] + 0.01 * width * random.normal(), pose.aside[1] + 0.01 * width * random.normal()],
  };
}

const SKIN = [0.5, 0.33, 0.25] as const;

/** A thumb over an edge, and the fingers behind it that are seen beside. */
function isFinger(x: number, y: number, { width }: DrawnPage, fingers: HeldConditions['fingers']): boolean {
  const along = (fingers === 'left' ? -x : x) - width / 2;
  if (fingers === 'none' || along < -7) return false;
  return along < 0 ? hypot(along / 7, (y - 12) / 8) < 1 : abs(y - 8 - 0.1 * along) < 17;
}

/** A person in a room, far behind and out of focus: large soft patches of light and dark. */
function drawnSurroundings(width: number, random: SeededRandom): Reflectance {
  const base = [random.between(0.1, 0.5), random.between(0.1, 0.5), random.between(0.1, 0.5)] as const;
  const waves = Array.from({ length: 5 }, () => ({
    x: random.between(-2, 2) / width,
    y: random.between(-2, 2) / width,
    phase: random.between(0, 2 * PI),
    colour: [random.between(0, 0.2), random.between(0, 0.2), random.between(0, 0.2)] as const,
  }));
  // the three colours of a place are asked for one after the other
  const sines = new Float64Array(waves.length);
  let [lastX, lastY] = [Number.NaN, Number.NaN];
  return (x, y, c) => {
    if (x !== lastX || y !== lastY) {
      for (const [k, wave] of waves.entries()) sines[k] = sin(2 * PI * (wave.x * x + wave.y * y) + wave.phase);
      [lastX, lastY] = [x, y];
    }
    let sum = 1;
    for (const [k, { colour }] of waves.entries()) sum += colour[c] * sines[k]!;
    return base[c] * sum;
  };
}
