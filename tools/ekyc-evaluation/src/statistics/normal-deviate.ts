/**
 * The normal deviate of a probability: where the distribution function of the standard normal distribution reaches it. The scale of
 * the axes of a DET curve (ISO/IEC 19795-1), on which normally distributed scores give straight lines. Infinite for 0 and 1.
 *
 * @throws RangeError beyond 0 to 1
 */
export function normalDeviate(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) throw new RangeError(`no probability: ${probability}`);
  if (probability === 0) return Number.NEGATIVE_INFINITY;
  if (probability > 0.5) return -normalDeviate(1 - probability);
  if (probability === 0.5) return 0;
  let [low, high] = [-40, 0];
  for (let round = 0; round < 100; round++) {
    const middle = (low + high) / 2;
    if (normalTail(-middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The share of the standard normal distribution beyond `z`, from 0 on: a series up to 3, a continued fraction (DLMF 7.9) beyond. */
export function normalTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 3) {
    // z + z^3/3 + z^5/(3·5) + ...
    let [term, sum] = [z, z];
    for (let k = 1; term > 1e-17 * sum; k++) {
      term *= (z * z) / (2 * k + 1);
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = 0;
  for (let k = 200; k > 0; k--) fraction = k / (z + fraction);
  return density / (z + fraction);
}
