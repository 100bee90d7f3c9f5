import type { SeededRandom } from '../seeded-random.ts';
import { type LightImage, lightAt } from './light-image.ts';
import { type Lattice, seenPattern, squareLattice, TABLE_SIDE, tabled } from './point-spread.ts';
import { type Scene, SEEN_COLOURS } from './sensor.ts';
import type { SensorView } from './sensor-view.ts';

const { abs } = Math;

/** A screen. */
export interface Display {
  readonly name: string;
  /** pixels an inch */
  readonly density: number;
  /** pixels across */
  readonly across: number;
  /** three stripes in each pixel, or diamonds of which red and blue are in every other */
  readonly subpixels: 'stripes' | 'diamonds';
}

/** Screens in use. */
export const DISPLAYS: readonly Display[] = [
  { name: 'monitor-92', density: 92, across: 1920, subpixels: 'stripes' },
  { name: 'monitor-109', density: 109, across: 2560, subpixels: 'stripes' },
  { name: 'monitor-163', density: 163, across: 3840, subpixels: 'stripes' },
  { name: 'notebook-141', density: 141, across: 1920, subpixels: 'stripes' },
  { name: 'notebook-227', density: 227, across: 2560, subpixels: 'stripes' },
  { name: 'tablet-264', density: 264, across: 2048, subpixels: 'stripes' },
  { name: 'phone-326', density: 326, across: 1792, subpixels: 'stripes' },
  { name: 'phone-460', density: 460, across: 2532, subpixels: 'diamonds' },
];

/** What a screen shows, and how it is seen. */
export interface Shown {
  readonly display: Display;
  /** the picture, one pixel of it on each of the screen's */
  readonly picture: LightImage;
  /** light of what is around the picture on the screen, linear */
  readonly around: readonly [number, number, number];
  /** light of the room that the screen reflects, and that black pixels let through */
  readonly veil: number;
  /** of the lens, pixels of the sensor. The screen itself is not turned: the view has how the camera is held. */
  readonly blur: number;
}

/** A screen, emissive, its frame around it and darkness behind. */
export function displayScene(
  view: SensorView,
  { display, picture, around, veil, blur }: Shown,
  random: SeededRandom,
): Scene {
  const pitch = 25.4 / display.density;
  const period = display.subpixels === 'stripes' ? 1 : 2;
  const lattice: Lattice = squareLattice(pitch * period, 0);
  const [a, , , d] = lattice;
  const tables = new Float32Array(3 * TABLE_SIDE * TABLE_SIDE);
  const side = 48;
  for (let c = 0; c < 3; c++) {
    const pattern = display.subpixels === 'stripes' ? stripe(c, side) : diamond(c, side);
    tables.set(seenPattern(pattern, side, lattice, view, blur), c * TABLE_SIDE * TABLE_SIDE);
  }
  const [shownWidth, shownHeight] = [picture.width * pitch, picture.height * pitch];
  const [halfWidth, halfHeight] = [(display.across * pitch) / 2, (display.across * pitch * 0.5625) / 2];
  const [shiftX, shiftY] = [random.next() * pitch, random.next() * pitch];
  return (x, y, channel) => {
    const seen = SEEN_COLOURS[channel];
    if (abs(x) > halfWidth || abs(y) > halfHeight) return 0.01 + veil / 2;
    const [u, v] = [(x + shiftX) * a, (y + shiftY) * d];
    const [px, py] = [(x + shownWidth / 2) / pitch, (y + shownHeight / 2) / pitch];
    const inside = px >= 0 && py >= 0 && px < picture.width && py < picture.height;
    let sum = 0;
    for (let c = 0; c < 3; c++) {
      const level = inside ? lightAt(picture, px, py, c) : around[c]!;
      sum += seen[c]! * level * tabled(tables, c * TABLE_SIDE * TABLE_SIDE, u, v);
    }
    return veil + (1 - veil) * sum;
  };
}

/** Share of a pixel's height that shines, and of a third of its width. */
const APERTURE = { height: 0.82, width: 0.78 } as const;

/** One of three stripes, its mean 1. */
function stripe(channel: number, side: number): Float32Array {
  return normalised(
    Float32Array.from({ length: side * side }, (_, at) => {
      const [x, y] = [((at % side) + 0.5) / side, (Math.floor(at / side) + 0.5) / side];
      const middle = (channel + 0.5) / 3;
      return abs(x - middle) < APERTURE.width / 6 && abs(y - 0.5) < APERTURE.height / 2 ? 1 : 0;
    }),
  );
}

/** Diamonds over two by two pixels: green in each pixel, red and blue in turns between them. */
function diamond(channel: number, side: number): Float32Array {
  const centres: readonly (readonly [number, number])[] =
    channel === 1
      ? [
          [0.125, 0.25],
          [0.625, 0.25],
          [0.375, 0.75],
          [0.875, 0.75],
        ]
      : channel === 0
        ? [
            [0.375, 0.25],
            [0.875, 0.75],
          ]
        : [
            [0.875, 0.25],
            [0.375, 0.75],
          ];
  const radius = channel === 1 ? 0.11 : 0.16;
  const near = (distance: number) => abs(distance - Math.round(distance));
  return normalised(
    Float32Array.from({ length: side * side }, (_, at) => {
      const [x, y] = [((at % side) + 0.5) / side, (Math.floor(at / side) + 0.5) / side];
      return centres.some(([cx, cy]) => near(x - cx) + near(y - cy) < radius) ? 1 : 0;
    }),
  );
}

function normalised(pattern: Float32Array): Float32Array {
  const mean = pattern.reduce((sum, value) => sum + value, 0) / pattern.length;
  return pattern.map((value) => value / mean);
}
