const { cos, PI, sin } = Math;

/** A transform of squares of one side, its tables and its room made once. */
export interface SquareTransform {
  readonly side: number;
  /** transforms `side` x `side` complex numbers in place */
  forward(re: Float32Array, im: Float32Array): void;
}

/** The discrete Fourier transform in two dimensions. `side` is a power of two, four at least. */
export function squareTransform(side: number): SquareTransform {
  const [turnRe, turnIm] = [new Float64Array(side), new Float64Array(side)];
  for (let k = 0; k < side; k++) {
    turnRe[k] = cos((2 * PI * k) / side);
    turnIm[k] = -sin((2 * PI * k) / side);
  }
  const reversed = new Uint16Array(side);
  for (let k = 1; k < side; k++) reversed[k] = (reversed[k >> 1]! >> 1) | (k & 1 ? side >> 1 : 0);
  const [otherRe, otherIm] = [new Float32Array(side * side), new Float32Array(side * side)];

  /** All columns at once, whole rows with whole rows: neighbours in memory have the same turn. Rows come out in the order of their bits reversed. */
  const downColumns = (re: Float32Array, im: Float32Array) => {
    let length = side;
    for (; length >= 4; length /= 4) {
      const quarter = (length / 4) * side;
      for (let k = 0; k < length / 4; k++) {
        const turn = (k * side) / length;
        const [oneRe, oneIm] = [turnRe[turn]!, turnIm[turn]!];
        const [twoRe, twoIm] = [turnRe[2 * turn]!, turnIm[2 * turn]!];
        const [threeRe, threeIm] = [turnRe[3 * turn]!, turnIm[3 * turn]!];
        for (let row = k; row < side; row += length) {
          for (let a = row * side; a < (row + 1) * side; a++) {
            const b = a + quarter;
            const c = b + quarter;
            const d = c + quarter;
            const sumRe = re[a]! + re[c]!;
            const sumIm = im[a]! + im[c]!;
            const lessRe = re[a]! - re[c]!;
            const lessIm = im[a]! - im[c]!;
            const otherRe = re[b]! + re[d]!;
            const otherIm = im[b]! + im[d]!;
            // a quarter turn backwards of their difference
            const turnedRe = im[b]! - im[d]!;
            const turnedIm = re[d]! - re[b]!;
            re[a] = sumRe + otherRe;
            im[a] = sumIm + otherIm;
            const secondRe = sumRe - otherRe;
            const secondIm = sumIm - otherIm;
            re[b] = secondRe * twoRe - secondIm * twoIm;
            im[b] = secondRe * twoIm + secondIm * twoRe;
            const firstRe = lessRe + turnedRe;
            const firstIm = lessIm + turnedIm;
            re[c] = firstRe * oneRe - firstIm * oneIm;
            im[c] = firstRe * oneIm + firstIm * oneRe;
            const thirdRe = lessRe - turnedRe;
            const thirdIm = lessIm - turnedIm;
            re[d] = thirdRe * threeRe - thirdIm * threeIm;
            im[d] = thirdRe * threeIm + thirdIm * threeRe;
          }
        }
      }
    }
    if (length === 1) return;
    for (let row = 0; row < side; row += 2) {
      for (let a = row * side; a < (row + 1) * side; a++) {
        const b = a + side;
        const [aRe, aIm] = [re[a]!, im[a]!];
        re[a] = aRe + re[b]!;
        im[a] = aIm + im[b]!;
        re[b] = aRe - re[b]!;
        im[b] = aIm - im[b]!;
      }
    }
  };

  /** Rows as columns, in the right order again. */
  const turned = (from: Float32Array, to: Float32Array) => {
    for (let column = 0; column < side; column++) {
      for (let k = 0; k < side; k++) to[column * side + k] = from[reversed[k]! * side + column]!;
    }
  };
  return {
    side,
    forward(re, im) {
      downColumns(re, im);
      turned(re, otherRe);
      turned(im, otherIm);
      downColumns(otherRe, otherIm);
      turned(otherRe, re);
      turned(otherIm, im);
    },
  };
}
