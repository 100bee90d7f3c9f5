import type { RgbImage } from '@tegata/document-picture';

/** An ellipse: middle and half-axes in sides of the picture from its middle, and its colour. Later ones cover earlier ones. */
type Ellipse = readonly [
  x: number,
  y: number,
  halfWidth: number,
  halfHeight: number,
  red: number,
  green: number,
  blue: number,
];

const ELLIPSES: readonly Ellipse[] = [
  [0, -0.08, 0.3, 0.36, 60, 45, 35],
  [0, 0, 0.26, 0.36, 205, 165, 140],
  [0, 0.18, 0.08, 0.022, 165, 80, 80],
  ...[-1, 1].flatMap((side): Ellipse[] => [
    [side * 0.1, -0.06, 0.055, 0.02, 240, 240, 240],
    [side * 0.1, -0.06, 0.02, 0.02, 40, 30, 30],
    [side * 0.1, -0.11, 0.065, 0.012, 70, 50, 40],
    [side * 0.025, 0.09, 0.012, 0.008, 110, 70, 60],
  ]),
];

/**
 * A drawing of a face that the detector takes for one, to run every network once before the first picture of a person
 * comes: the first run takes several times as long as the next.
 */
export function drawFace(side: number): RgbImage {
  const rgb = new Uint8Array(3 * side * side).fill(200);
  for (const [x, y, halfWidth, halfHeight, ...colour] of ELLIPSES) {
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const [u, v] = [(column + 0.5) / side - 0.5, (row + 0.5) / side - 0.5];
        if (((u - x) / halfWidth) ** 2 + ((v - y) / halfHeight) ** 2 <= 1) rgb.set(colour, 3 * (row * side + column));
      }
    }
  }
  return { width: side, height: side, rgb };
}
