import type { RgbImage } from '@tegata/encoded-picture';
import { type Landmarks, type Point, vertex } from './landmarks.ts';
import { NormalEquations } from './least-squares.ts';

/** Side of the aligned face, in pixels: the input of the descriptor network. */
export const CHIP_SIDE = 150;

/** Margin around the mean shape, as a share of its size. What the network was trained with. */
const PADDING = 0.25;

/**
 * The points of the 68-point face scheme that align a chip: 27-54 and 60-67 (nose, eyes, upper and inner lips), each with
 * the FaceMesh vertex at that place and its position in dlib's mean face shape, in a unit square. Brows, jaw and lower lip
 * move too much to align by.
 */
const ALIGNMENT: readonly (readonly [vertex: number, x: number, y: number])[] = [
  [168, 0.490127, 0.203352],
  [197, 0.490127, 0.307009],
  [5, 0.490127, 0.409805],
  [4, 0.490127, 0.515625],
  [75, 0.36688, 0.587326],
  [97, 0.426036, 0.609345],
  [2, 0.490127, 0.628106],
  [326, 0.554217, 0.609345],
  [305, 0.613373, 0.587326],
  [33, 0.121737, 0.216423],
  [160, 0.187122, 0.178758],
  [158, 0.265825, 0.179852],
  [133, 0.334606, 0.231733],
  [153, 0.260918, 0.245099],
  [144, 0.182743, 0.244077],
  [362, 0.645647, 0.231733],
  [385, 0.714428, 0.179852],
  [387, 0.793132, 0.178758],
  [263, 0.858516, 0.216423],
  [373, 0.79751, 0.244077],
  [380, 0.719335, 0.245099],
  [61, 0.254149, 0.780233],
  [39, 0.340985, 0.745405],
  [37, 0.428858, 0.727388],
  [0, 0.490127, 0.742578],
  [267, 0.551395, 0.727388],
  [269, 0.639268, 0.745405],
  [291, 0.726104, 0.780233],
  [78, 0.290379, 0.784792],
  [82, 0.428096, 0.778746],
  [13, 0.490127, 0.785343],
  [312, 0.552157, 0.778746],
  [308, 0.689874, 0.784792],
  [317, 0.553364, 0.824182],
  [14, 0.490127, 0.831803],
  [87, 0.42689, 0.824182],
];

/**
 * The face cut out of the image upright and to size, as the descriptor network expects it: a similarity transform brings
 * the alignment points as near as it can to the mean shape. RGB, `CHIP_SIDE` squared; what lies outside the image is black.
 * Undefined where the landmarks fix no transform.
 */
export function cutFaceChip(image: RgbImage, landmarks: Landmarks): Uint8Array | undefined {
  const transform = chipToImage(landmarks);
  if (transform === undefined) return undefined;
  const { a, b, x, y } = transform;
  const chip = new Uint8Array(3 * CHIP_SIDE * CHIP_SIDE);
  // where a chip pixel covers several image pixels, that many samples are averaged, or fine patterns would alias
  const samples = Math.max(1, Math.min(6, Math.ceil(Math.hypot(a, b))));
  const sum = new Float64Array(3);
  for (let row = 0; row < CHIP_SIDE; row++) {
    for (let column = 0; column < CHIP_SIDE; column++) {
      sum.fill(0);
      for (let k = 0; k < samples * samples; k++) {
        const u = column + ((k % samples) + 0.5) / samples;
        const v = row + (Math.floor(k / samples) + 0.5) / samples;
        addBilinear(sum, image, a * u - b * v + x, b * u + a * v + y);
      }
      const at = 3 * (row * CHIP_SIDE + column);
      for (let c = 0; c < 3; c++) chip[at + c] = Math.round(sum[c]! / (samples * samples));
    }
  }
  return chip;
}

/** (u, v) of the chip is at (a u - b v + x, b u + a v + y) of the image. */
function chipToImage(landmarks: Landmarks): { a: number; b: number; x: number; y: number } | undefined {
  const equations = new NormalEquations(4);
  for (const [index, meanX, meanY] of ALIGNMENT) {
    const u = (CHIP_SIDE * (meanX + PADDING)) / (1 + 2 * PADDING);
    const v = (CHIP_SIDE * (meanY + PADDING)) / (1 + 2 * PADDING);
    const seen: Point = vertex(landmarks, index);
    equations.add([u, -v, 1, 0], seen.x);
    equations.add([v, u, 0, 1], seen.y);
  }
  const solution = equations.solve();
  if (solution === undefined) return undefined;
  const [a, b, x, y] = solution as unknown as [number, number, number, number];
  return { a, b, x, y };
}

/** Adds the colour at (x, y), pixel centres at halves. */
function addBilinear(sum: Float64Array, { width, height, rgb }: RgbImage, x: number, y: number): void {
  const [left, top] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
  const [dx, dy] = [x - 0.5 - left, y - 0.5 - top];
  for (let k = 0; k < 4; k++) {
    const [column, row] = [left + (k & 1), top + (k >> 1)];
    if (column < 0 || row < 0 || column >= width || row >= height) continue;
    const weight = ((k & 1) === 1 ? dx : 1 - dx) * (k >> 1 === 1 ? dy : 1 - dy);
    const at = 3 * (row * width + column);
    sum[0]! += weight * rgb[at]!;
    sum[1]! += weight * rgb[at + 1]!;
    sum[2]! += weight * rgb[at + 2]!;
  }
}
