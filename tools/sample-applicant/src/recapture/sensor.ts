import sharp from 'sharp';
import type { SeededRandom } from '../seeded-random.ts';
import type { SensorView } from './sensor-view.ts';

const { max, min, round, sqrt } = Math;

/** Light that comes from a place of the plane, as each of the sensor's colours sees it, 0 to 1. */
export type Scene = (x: number, y: number, channel: 0 | 1 | 2) => number;

/** What a camera does with what its lens shows. */
export interface SensorQuality {
  /** electrons of a white pixel, and of the noise of reading one */
  readonly fullWell: number;
  readonly readNoise: number;
  /** radius of what smooths colours against each other, pixels; 0 for none */
  readonly colourSmoothing: number;
  /** how much of the difference to their surroundings pixels are given once more */
  readonly sharpening: number;
  /** quality of the JPEG */
  readonly quality: number;
}

/** An ordinary one. */
export function drawnQuality(random: SeededRandom): SensorQuality {
  return {
    fullWell: random.between(2_000, 12_000),
    readNoise: random.between(2, 8),
    colourSmoothing: Math.floor(random.between(0, 3)),
    sharpening: random.between(0, 0.9),
    quality: [75, 85, 92, 95][Math.floor(random.next() * 4)]!,
  };
}

/** What the red, green and blue pixels of a sensor see of red, green and blue light. */
export const SEEN_COLOURS = [
  [0.8, 0.17, 0.03],
  [0.12, 0.76, 0.12],
  [0.03, 0.2, 0.77],
] as const;
/** Its inverse: what the camera makes of that. */
const TRUE_COLOURS = [
  [1.2934, -0.2879, -0.0055],
  [-0.2047, 1.4176, -0.2129],
  [0.0028, -0.357, 1.3542],
] as const;

/** Photographs a scene: a mosaic of colours (RGGB), noise, full colours of it, smoothing, sharpening, sRGB, JPEG. */
export async function photographScene(
  view: SensorView,
  scene: Scene,
  quality: SensorQuality,
  random: SeededRandom,
): Promise<Uint8Array> {
  const { width, height } = view;
  const mosaic = exposed(view, scene, quality, random);
  const [red, green, blue] = demosaiced(mosaic, width, height);
  trueColours(red, green, blue);
  smoothColours(red, green, blue, width, height, quality.colourSmoothing);
  const rgb = developed(red, green, blue, width, height, quality.sharpening);
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: quality.quality })
    .toBuffer();
}

/** What each pixel counts, through the filter before it. */
function exposed(
  { width, height, toPlane: h }: SensorView,
  scene: Scene,
  { fullWell, readNoise }: SensorQuality,
  random: SeededRandom,
): Float32Array {
  const mosaic = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [px, py] = [x + 0.5, y + 0.5];
      const w = h[6]! * px + h[7]! * py + h[8]!;
      const channel = ((x & 1) + (y & 1)) as 0 | 1 | 2;
      const light = scene((h[0]! * px + h[1]! * py + h[2]!) / w, (h[3]! * px + h[4]! * py + h[5]!) / w, channel);
      const electrons = max(0, light) * 0.92 * fullWell;
      mosaic[y * width + x] = min(
        1,
        (electrons + sqrt(electrons + readNoise * readNoise) * random.normal()) / fullWell,
      );
    }
  }
  return mosaic;
}

/** Weights over 5 x 5 pixels, sixteenths: bilinear interpolation corrected by the curvature of the colour that is known (Malvar, He and Cutler, 2004). */
const CORRECTED = {
  /** green at red or blue */
  cross: [0, 0, -2, 0, 0, 0, 0, 4, 0, 0, -2, 4, 8, 4, -2, 0, 0, 4, 0, 0, 0, 0, -2, 0, 0],
  /** red or blue at green, its own to the left and right */
  across: [0, 0, 1, 0, 0, 0, -2, 0, -2, 0, -2, 8, 10, 8, -2, 0, -2, 0, -2, 0, 0, 0, 1, 0, 0],
  /** red or blue at green, its own above and below */
  down: [0, 0, -2, 0, 0, 0, -2, 8, -2, 0, 1, 0, 10, 0, 1, 0, -2, 8, -2, 0, 0, 0, -2, 0, 0],
  /** red at blue and blue at red */
  diagonal: [0, 0, -3, 0, 0, 0, 4, 0, 4, 0, -3, 0, 12, 0, -3, 0, 4, 0, 4, 0, 0, 0, -3, 0, 0],
} as const;

function demosaiced(mosaic: Float32Array, width: number, height: number): [Float32Array, Float32Array, Float32Array] {
  const planes = [0, 1, 2].map(() => new Float32Array(mosaic.length)) as [Float32Array, Float32Array, Float32Array];
  const weighed = (weights: readonly number[], x: number, y: number) => {
    let sum = 0;
    for (let k = 0; k < 25; k++) {
      const weight = weights[k]!;
      if (weight === 0) continue;
      // mirrored at the edges, so that colours stay in step
      let [sx, sy] = [x + (k % 5) - 2, y + ((k / 5) | 0) - 2];
      if (sx < 0) sx = -sx;
      if (sy < 0) sy = -sy;
      if (sx >= width) sx = 2 * width - 2 - sx;
      if (sy >= height) sy = 2 * height - 2 - sy;
      sum += weight * mosaic[sy * width + sx]!;
    }
    return sum / 16;
  };
  const { cross, across, down, diagonal } = CORRECTED;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const own = (x & 1) + (y & 1);
      planes[own]![at] = mosaic[at]!;
      if (own === 1) {
        const redRow = (y & 1) === 0;
        planes[0][at] = weighed(redRow ? across : down, x, y);
        planes[2][at] = weighed(redRow ? down : across, x, y);
      } else {
        planes[1][at] = weighed(cross, x, y);
        planes[2 - own]![at] = weighed(diagonal, x, y);
      }
    }
  }
  return planes;
}

function trueColours(red: Float32Array, green: Float32Array, blue: Float32Array): void {
  const [ofRed, ofGreen, ofBlue] = TRUE_COLOURS;
  for (let at = 0; at < red.length; at++) {
    const [r, g, b] = [red[at]!, green[at]!, blue[at]!];
    red[at] = ofRed[0] * r + ofRed[1] * g + ofRed[2] * b;
    green[at] = ofGreen[0] * r + ofGreen[1] * g + ofGreen[2] * b;
    blue[at] = ofBlue[0] * r + ofBlue[1] * g + ofBlue[2] * b;
  }
}

/** Red and blue keep their difference to green only in the mean of their surroundings. */
function smoothColours(
  red: Float32Array,
  green: Float32Array,
  blue: Float32Array,
  width: number,
  height: number,
  radius: number,
) {
  if (radius === 0) return;
  for (const plane of [red, blue]) {
    for (let at = 0; at < plane.length; at++) plane[at] = plane[at]! - green[at]!;
    const smooth = boxMean(plane, width, height, radius);
    for (let at = 0; at < plane.length; at++) plane[at] = smooth[at]! + green[at]!;
  }
}

function boxMean(plane: Float32Array, width: number, height: number, radius: number): Float32Array {
  const across = new Float32Array(plane.length);
  const out = new Float32Array(plane.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [sum, n] = [0, 0];
      for (let k = max(0, x - radius); k <= min(width - 1, x + radius); k++, n++) sum += plane[y * width + k]!;
      across[y * width + x] = sum / n;
    }
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [sum, n] = [0, 0];
      for (let k = max(0, y - radius); k <= min(height - 1, y + radius); k++, n++) sum += across[k * width + x]!;
      out[y * width + x] = sum / n;
    }
  }
  return out;
}

/** sRGB octets of amounts of light, looked up at 4096 of them. */
const STEPS = 4096;
const encoded = Float32Array.from({ length: STEPS + 1 }, (_, k) => {
  const light = k / STEPS;
  return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
});

function developed(
  red: Float32Array,
  green: Float32Array,
  blue: Float32Array,
  width: number,
  height: number,
  sharpening: number,
): Uint8Array {
  const planes = [red, green, blue].map((plane) =>
    plane.map((light) => encoded[round(max(0, min(1, light)) * STEPS)]!),
  );
  const bright = new Float32Array(red.length);
  for (let at = 0; at < bright.length; at++)
    bright[at] = 0.3 * planes[0]![at]! + 0.59 * planes[1]![at]! + 0.11 * planes[2]![at]!;
  const smooth = sharpening > 0 ? boxMean(bright, width, height, 1) : bright;
  const rgb = new Uint8Array(3 * red.length);
  for (let at = 0; at < bright.length; at++) {
    const more = sharpening * (bright[at]! - smooth[at]!);
    for (let c = 0; c < 3; c++) rgb[3 * at + c] = max(0, min(255, round(planes[c]![at]! + more)));
  }
  return rgb;
}
