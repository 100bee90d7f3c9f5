import { squareTransform } from './fourier.ts';

/** The definition, number by number. */
function slowly(re: Float32Array, im: Float32Array, side: number, u: number, v: number): [number, number] {
  let [a, b] = [0, 0];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const angle = (-2 * Math.PI * (u * x + v * y)) / side;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      a += re[y * side + x]! * c - im[y * side + x]! * s;
      b += re[y * side + x]! * s + im[y * side + x]! * c;
    }
  }
  return [a, b];
}

describe('the transform of a square', () => {
  it.each([4, 8, 32])('of side %d is what its definition says', (side) => {
    const random = (k: number) => Math.sin(k * k * 1.7 + 3 * k) * 10;
    const [re, im] = [0, 1].map((part) =>
      Float32Array.from({ length: side * side }, (_, k) => random(2 * k + part)),
    ) as [Float32Array, Float32Array];
    const [gotRe, gotIm] = [Float32Array.from(re), Float32Array.from(im)];
    squareTransform(side).forward(gotRe, gotIm);
    for (const [u, v] of [
      [0, 0],
      [1, 0],
      [0, 3],
      [2, 1],
      [side - 1, side / 2],
    ] as const) {
      const [a, b] = slowly(re, im, side, u, v);
      expect(gotRe[v * side + u]).toBeCloseTo(a, 1);
      expect(gotIm[v * side + u]).toBeCloseTo(b, 1);
    }
  });
});
