const { cos, PI, sin } = Math;

/** A transform of squares of one side, its tables made once. */
export interface SquareTransform {
  readonly side: number;
  /** transforms `side` x `side` complex numbers in place */
  forward(re: Float32Array, im: Float32Array): void;
}

/** The discrete Fourier transform in two dimensions. `side` is a power of two, four at least. */
export function squareTransform(side: number): SquareTransform {
  const [turnRe, turnIm] = [new Float32Array(side / 2), new Float32Array(side / 2)];
  for (let k = 0; k < side / 2; k++) {
    turnRe[k] = cos((2 * PI * k) / side);
    turnIm[k] = -sin((2 * PI * k) / side);
  }
  const reversed = new Uint16Array(side);
  for (let k = 1; k < side; k++) reversed[k] = (reversed[k >> 1]! >> 1) | (k & 1 ? side >> 1 : 0);
  const [lineRe, lineIm] = [new Float32Array(side), new Float32Array(side)];

  /** one line of values, `step` apart, by way of a buffer whose values are neighbours */
  const line = (re: Float32Array, im: Float32Array, from: number, step: number) => {
    for (let k = 0; k < side; k++) {
      const at = from + reversed[k]! * step;
      lineRe[k] = re[at]!;
      lineIm[k] = im[at]!;
    }
    // the first two steps turn by nothing but quarters
    for (let a = 0; a < side; a += 4) {
      const [b, c, d] = [a + 1, a + 2, a + 3];
      const [sumRe, sumIm] = [lineRe[a]! + lineRe[b]!, lineIm[a]! + lineIm[b]!];
      const [lessRe, lessIm] = [lineRe[a]! - lineRe[b]!, lineIm[a]! - lineIm[b]!];
      const [otherRe, otherIm] = [lineRe[c]! + lineRe[d]!, lineIm[c]! + lineIm[d]!];
      const [turnedRe, turnedIm] = [lineIm[c]! - lineIm[d]!, lineRe[d]! - lineRe[c]!];
      lineRe[a] = sumRe + otherRe;
      lineIm[a] = sumIm + otherIm;
      lineRe[c] = sumRe - otherRe;
      lineIm[c] = sumIm - otherIm;
      lineRe[b] = lessRe + turnedRe;
      lineIm[b] = lessIm + turnedIm;
      lineRe[d] = lessRe - turnedRe;
      lineIm[d] = lessIm - turnedIm;
    }
    for (let half = 4; half < side; half *= 2) {
      const stride = side / (2 * half);
      for (let start = 0; start < side; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const [a, b] = [start + k, start + k + half];
          const [wr, wi] = [turnRe[k * stride]!, turnIm[k * stride]!];
          const oddRe = lineRe[b]! * wr - lineIm[b]! * wi;
          const oddIm = lineRe[b]! * wi + lineIm[b]! * wr;
          lineRe[b] = lineRe[a]! - oddRe;
          lineIm[b] = lineIm[a]! - oddIm;
          lineRe[a] = lineRe[a]! + oddRe;
          lineIm[a] = lineIm[a]! + oddIm;
        }
      }
    }
    for (let k = 0; k < side; k++) {
      re[from + k * step] = lineRe[k]!;
      im[from + k * step] = lineIm[k]!;
    }
  };
  return {
    side,
    forward(re, im) {
      for (let row = 0; row < side; row++) line(re, im, row * side, 1);
      for (let column = 0; column < side; column++) line(re, im, column, side);
    },
  };
}
