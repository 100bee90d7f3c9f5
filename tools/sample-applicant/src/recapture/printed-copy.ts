import { type LightImage, lightAt } from './light-image.ts';
import { type Lattice, seenPattern, squareLattice, TABLE_SIDE, tabled } from './point-spread.ts';
import type { SensorView } from './sensor-view.ts';

const { floor, max, min, PI, cos } = Math;

/** What cyan, magenta, yellow and black take of red, green and blue light. */
const INKS = [
  [0.88, 0.25, 0.08],
  [0.12, 0.82, 0.35],
  [0.03, 0.1, 0.8],
  [0.94, 0.94, 0.94],
] as const;
/** Degrees of their screens. */
const SCREEN_ANGLES = [15, 75, 0, 45] as const;
/** Light that paper gives back. */
export const PAPER = 0.9;

/** How much of the paper each ink covers for a colour: black takes its share of grey. */
function coverage(light: readonly [number, number, number]): [number, number, number, number] {
  const [r, g, b] = light.map((value) => min(1, value / PAPER)) as [number, number, number];
  const black = max(0, 0.8 * (1 - max(r, g, b)) - 0.02);
  const rest = 1 - 0.94 * black;
  // what is left for the colours; the inks' overlap is undone in two steps
  const wanted = [1 - min(1, r / rest), 1 - min(1, g / rest), 1 - min(1, b / rest)];
  let [c, m, y] = [wanted[0]! / 0.88, wanted[1]! / 0.82, wanted[2]! / 0.8];
  for (let k = 0; k < 2; k++) {
    c = max(0, (1 - (1 - wanted[0]!) / ((1 - 0.12 * m) * (1 - 0.03 * y))) / 0.88);
    m = max(0, (1 - (1 - wanted[1]!) / ((1 - 0.25 * c) * (1 - 0.1 * y))) / 0.82);
    y = max(0, (1 - (1 - wanted[2]!) / ((1 - 0.08 * c) * (1 - 0.35 * m))) / 0.8);
  }
  return [min(1, c), min(1, m), min(1, y), black];
}

/** What of the light a printed place gives back, by place on the copy in its pixels. */
export type Printed = (x: number, y: number, channel: 0 | 1 | 2) => number;

/** Tones that a screen's table is made for. */
const TONES = 24;

/**
 * A page printed by dots that grow with the tone (AM), each ink's at its own angle, as laser printers and presses do.
 *
 * @param picture softened as the lens will, `resolution` pixels a millimetre
 * @param frequency lines a millimetre
 */
export function screened(
  picture: LightImage,
  resolution: number,
  frequency: number,
  view: SensorView,
  blur: number,
): Printed {
  const lattices = SCREEN_ANGLES.map((angle) => squareLattice(1 / frequency, angle));
  const size = TABLE_SIDE * TABLE_SIDE;
  const tables = lattices.map((lattice) => {
    const table = new Float32Array((TONES + 1) * size);
    for (let tone = 0; tone <= TONES; tone++)
      table.set(seenPattern(dots(tone / TONES), DOT_SIDE, lattice, view, blur), tone * size);
    return table;
  });
  const covered = coverages(picture);
  return (x, y, channel) => {
    let light = PAPER;
    const at = 4 * (min(picture.height - 1, max(0, y | 0)) * picture.width + min(picture.width - 1, max(0, x | 0)));
    const [mx, my] = [x / resolution, y / resolution];
    for (let ink = 0; ink < 4; ink++) {
      const tone = covered[at + ink]! * TONES;
      if (tone < 0.05) continue;
      const [a, b, c, d] = lattices[ink] as Lattice;
      const [u, v] = [a * mx + b * my, c * mx + d * my];
      const low = min(TONES - 1, floor(tone));
      const part = tone - low;
      const dot =
        tabled(tables[ink]!, low * size, u, v) * (1 - part) + tabled(tables[ink]!, (low + 1) * size, u, v) * part;
      light *= 1 - dot * INKS[ink]![channel];
    }
    return light;
  };
}

function coverages({ values }: LightImage): Float32Array {
  const out = new Float32Array((values.length / 3) * 4);
  for (let k = 0; 3 * k < values.length; k++)
    out.set(coverage([values[3 * k]!, values[3 * k + 1]!, values[3 * k + 2]!]), 4 * k);
  return out;
}

const DOT_SIDE = 48;
/** Heights of a round dot's mountain, lowest first: the dot of a tone is what is over so much of it. */
const mountain = Float32Array.from({ length: DOT_SIDE * DOT_SIDE }, (_, at) => {
  const [x, y] = [((at % DOT_SIDE) + 0.5) / DOT_SIDE, (floor(at / DOT_SIDE) + 0.5) / DOT_SIDE];
  return cos(2 * PI * x) + cos(2 * PI * y);
});
const ranked = mountain.toSorted();

function dots(tone: number): Float32Array {
  if (tone <= 0) return new Float32Array(mountain.length);
  if (tone >= 1) return new Float32Array(mountain.length).fill(1);
  const over = ranked[floor((1 - tone) * (ranked.length - 1))]!;
  return mountain.map((height) => (height >= over ? 1 : 0));
}

/**
 * A page printed by equal dots where the errors of those before say so (Floyd and Steinberg's diffusion), as ink-jet printers do. The result is
 * light of the size of `picture`, which has a pixel for each place of a dot.
 */
export function diffused(picture: LightImage): LightImage {
  const { width, height } = picture;
  const covered = coverages(picture);
  const values = new Float32Array(picture.values.length).fill(PAPER);
  for (let ink = 0; ink < 4; ink++) {
    let [row, next] = [new Float32Array(width + 2), new Float32Array(width + 2)];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = y * width + x;
        const wanted = covered[4 * at + ink]! + row[x + 1]!;
        const set = wanted >= 0.5;
        const error = wanted - (set ? 1 : 0);
        row[x + 2] = row[x + 2]! + (error * 7) / 16;
        next[x] = next[x]! + (error * 3) / 16;
        next[x + 1] = next[x + 1]! + (error * 5) / 16;
        next[x + 2] = next[x + 2]! + error / 16;
        if (set) for (let c = 0; c < 3; c++) values[3 * at + c] = values[3 * at + c]! * (1 - INKS[ink]![c]!);
      }
      [row, next] = [next, row.fill(0)];
    }
  }
  return { width, height, values };
}

/** Light softened by `passes` of a mean over 2 x radius + 1 pixels: nearly normal from two passes on. */
export function softened({ width, height, values }: LightImage, radius: number, passes = 2): LightImage {
  let from = values;
  for (let pass = 0; pass < passes; pass++) {
    const across = meanAlong(from, width, height, radius, 3, 3 * width);
    from = meanAlong(across, height, width, radius, 3 * width, 3);
  }
  return { width, height, values: from };
}

function meanAlong(
  values: Float32Array,
  length: number,
  lines: number,
  radius: number,
  step: number,
  line: number,
): Float32Array {
  const out = new Float32Array(values.length);
  for (let l = 0; l < lines; l++) {
    for (let c = 0; c < 3; c++) {
      const base = l * line + c;
      let [sum, from, to] = [0, 0, 0];
      for (let k = 0; k < length; k++) {
        for (; to < min(length, k + radius + 1); to++) sum += values[base + to * step]!;
        for (; from < k - radius; from++) sum -= values[base + from * step]!;
        out[base + k * step] = sum / (to - from);
      }
    }
  }
  return out;
}

/** Light of an image as a printed page. */
export const printedImage =
  (image: LightImage): Printed =>
  (x, y, channel) =>
    lightAt(image, x, y, channel);
