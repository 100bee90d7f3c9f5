/** The middle one of the values, of an even number the lower of the two; 0 of none. One bad value does not decide. */
export function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
}
