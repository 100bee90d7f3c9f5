import { solve } from '@tegata/document-picture';

/** Sums up the normal equations of a linear least-squares problem, one equation at a time. */
export class NormalEquations {
  private readonly matrix: Float64Array;
  private readonly vector: Float64Array;

  constructor(private readonly unknowns: number) {
    this.matrix = new Float64Array(unknowns * unknowns);
    this.vector = new Float64Array(unknowns);
  }

  /** Adds the equation `coefficients . x = value`. */
  add(coefficients: ArrayLike<number>, value: number): void {
    for (let row = 0; row < this.unknowns; row++) {
      const left = coefficients[row]!;
      if (left === 0) continue;
      for (let column = 0; column < this.unknowns; column++) {
        this.matrix[row * this.unknowns + column]! += left * coefficients[column]!;
      }
      this.vector[row]! += left * value;
    }
  }

  /**
   * The x with the least squared error, undefined where the equations do not fix it. `damping` is added to the diagonal,
   * which keeps a step of an iteration short where the equations hardly fix it.
   */
  solve(damping = 0): Float64Array | undefined {
    const matrix = this.matrix.slice();
    for (let k = 0; k < this.unknowns; k++) matrix[k * this.unknowns + k]! += damping;
    return solve(matrix, this.vector.slice());
  }
}
