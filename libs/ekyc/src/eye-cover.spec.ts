import { lightUnderEyes } from './eye-cover.ts';
import { eyes } from './landmarks.ts';
import { headLandmarks } from './testing/synthetic-head.ts';

const SIDE = 480;
const landmarks = headLandmarks({ x: 240, y: 240 });

/** A face of even skin, with something over each eye. */
function face(skin: (x: number) => number, lens: number | undefined) {
  const rgb = new Uint8Array(3 * SIDE * SIDE);
  const { right, left } = eyes(landmarks);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const covered = [right, left].some((eye) => Math.hypot((x - eye.x) / 34, (y - eye.y) / 30) < 1);
      rgb.fill(covered && lens !== undefined ? lens : skin(x), 3 * (y * SIDE + x), 3 * (y * SIDE + x) + 3);
    }
  }
  return { width: SIDE, height: SIDE, rgb };
}

describe('light under the eyes', () => {
  it('is that of the cheeks on a bare face, dark skin or fair, in dim light or bright', () => {
    for (const skin of [20, 60, 140, 240])
      expect(
        lightUnderEyes(
          face(() => skin, undefined),
          landmarks,
        ),
      ).toBeCloseTo(1, 1);
  });

  it('is a small part of it behind dark glasses', () => {
    expect(
      lightUnderEyes(
        face(() => 140, 20),
        landmarks,
      ),
    ).toBeLessThan(0.3);
  });

  it('is that of the brighter side where a lamp is beside the face', () => {
    const lit = face((x) => (x < 240 ? 40 : 200), undefined);
    expect(lightUnderEyes(lit, landmarks)).toBeGreaterThan(0.9);
  });

  it('can be looked for at the border of a picture, and beyond', () => {
    const image = face(() => 140, undefined);
    expect(lightUnderEyes(image, headLandmarks({ x: 5, y: 5 }))).toBeGreaterThanOrEqual(0);
    expect(lightUnderEyes(image, headLandmarks({ x: -900, y: -900 }))).toBe(0);
  });
});
