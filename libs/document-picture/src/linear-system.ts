/**
 * Solves the square system `a x = b` by Gaussian elimination with partial pivoting.
 *
 * `a` is row-major, n x n, and like `b` (n) it is overwritten. Returns undefined where the system is singular.
 */
export function solve(a: Float64Array, b: Float64Array): Float64Array | undefined {
  const n = b.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(a[row * n + column]!) > Math.abs(a[pivot * n + column]!)) pivot = row;
    }
    const largest = a[pivot * n + column]!;
    if (!(Math.abs(largest) > 1e-12)) return undefined;
    if (pivot !== column) {
      for (let k = 0; k < n; k++) {
        const swapped = a[column * n + k]!;
        a[column * n + k] = a[pivot * n + k]!;
        a[pivot * n + k] = swapped;
      }
      const swapped = b[column]!;
      b[column] = b[pivot]!;
      b[pivot] = swapped;
    }
    for (let row = column + 1; row < n; row++) {
      const factor = a[row * n + column]! / largest;
      if (factor === 0) continue;
      for (let k = column; k < n; k++) a[row * n + k] = a[row * n + k]! - factor * a[column * n + k]!;
      b[row] = b[row]! - factor * b[column]!;
    }
  }
  const x = new Float64Array(n);
  for (let row = n - 1; row >= 0; row--) {
    let sum = b[row]!;
    for (let k = row + 1; k < n; k++) sum -= a[row * n + k]! * x[k]!;
    x[row] = sum / a[row * n + row]!;
  }
  return x;
}
