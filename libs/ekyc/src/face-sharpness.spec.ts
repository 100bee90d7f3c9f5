import { faceSharpness } from './face-sharpness.ts';
import type { GreySquare } from './grey-image.ts';

const SIDE = 150;

/** Dark and bright squares of 40 pixels, as they lie before a lens that spreads each point over so many pixels. */
function squares(across: number, along: number, contrast = 100, noise = 0): GreySquare {
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32 - 0.5;
  };
  const values = Float32Array.from({ length: SIDE * SIDE }, (_, at) => {
    const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
    return 128 + contrast * wave(x, across) * wave(y, along) + noise * random();
  });
  return { side: SIDE, values };
}

/** Mean of -0.5 and 0.5, in turn for 40 places each, over a window around a place. */
function wave(place: number, window: number): number {
  let sum = 0;
  for (let k = 0; k < window; k++) sum += Math.floor((place + k - window / 2 + 160) / 40) % 2 === 0 ? 0.5 : -0.5;
  return sum / window;
}

describe('the sharpness of a face', () => {
  it('falls towards one the more a picture is blurred', () => {
    const [sharp, soft, blurred] = [1, 7, 13].map((window) => faceSharpness(squares(window, window)));
    expect(sharp).toBeGreaterThan(soft! + 0.1);
    expect(soft).toBeGreaterThan(blurred! + 0.1);
    expect(blurred).toBeGreaterThan(1);
  });

  it('is the same in dim light, with little contrast, and nearly so with the noise of a camera', () => {
    const clear = faceSharpness(squares(7, 7));
    expect(faceSharpness(squares(7, 7, 10))).toBeCloseTo(clear, 2);
    expect(Math.abs(faceSharpness(squares(7, 7, 100, 8)) - clear)).toBeLessThan(0.05);
  });

  it('is that of the direction in which the camera moved', () => {
    const still = faceSharpness(squares(1, 1));
    for (const moved of [squares(13, 1), squares(1, 13)]) expect(faceSharpness(moved)).toBeLessThan(still - 0.3);
  });

  it('is a number where there is nothing to be seen', () => {
    expect(faceSharpness({ side: SIDE, values: new Float32Array(SIDE * SIDE) })).toBe(0);
  });
});
