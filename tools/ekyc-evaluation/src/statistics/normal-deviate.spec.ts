import fc from 'fast-check';
import { normalDeviate, normalTail } from './normal-deviate.ts';

describe('the normal deviate', () => {
  it.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.025, -1.959963984540054],
    [0.01, -2.3263478740408408],
    [0.001, -3.090232306167813],
    [1e-9, -5.997807015007687],
  ])('of %d is %d', (probability, deviate) => {
    expect(normalDeviate(probability)).toBeCloseTo(deviate, 9);
  });

  it('is infinite for what never or always happens, and there is none beyond', () => {
    expect(normalDeviate(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalDeviate(1)).toBe(Number.POSITIVE_INFINITY);
    for (const no of [-0.1, 1.1, Number.NaN]) expect(() => normalDeviate(no)).toThrow(RangeError);
  });

  it('is where the distribution reaches the probability, and goes up with it', () => {
    const probability = fc.double({ min: 1e-12, max: 1 - 1e-9, noNaN: true });
    fc.assert(
      fc.property(probability, probability, (p, q) => {
        const deviate = normalDeviate(p);
        const below = deviate > 0 ? 1 - normalTail(deviate) : normalTail(-deviate);
        expect(below / p).toBeCloseTo(1, 9);
        if (p < q) expect(deviate).toBeLessThanOrEqual(normalDeviate(q));
      }),
    );
  });
});
