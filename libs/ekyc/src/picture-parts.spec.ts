import { isCut, squaresOf } from './picture-parts.ts';

const picture = (width: number, height: number) => ({ width, height, rgb: new Uint8Array(3 * width * height) });

describe('squares of a picture', () => {
  it.each([
    [400, 300],
    [300, 400],
    [480, 270],
    [300, 300],
    [1024, 40],
  ])('of %d by %d cover it, and whatever is smaller than their overlap is whole in one of them', (width, height) => {
    const whole = picture(width, height);
    const squares = squaresOf(whole);
    expect(squares.length).toBeLessThanOrEqual(12);
    const side = Math.round(0.15 * Math.min(width, height));
    for (let top = 0; top <= height - side; top += 7) {
      for (let left = 0; left <= width - side; left += 7) {
        const held = squares.filter(
          (part) => !isCut({ left: left - part.left, top: top - part.top, width: side, height: side }, part, whole),
        );
        expect(held.length).toBeGreaterThan(0);
      }
    }
  });

  it('hold the pixels of the picture that are there', () => {
    const whole = picture(40, 30);
    whole.rgb.forEach((_, at) => {
      whole.rgb[at] = at % 251;
    });
    for (const { left, top, image } of squaresOf(whole)) {
      const row = image.height - 1;
      const from = 3 * ((top + row) * whole.width + left);
      expect(image.rgb.subarray(3 * row * image.width)).toEqual(whole.rgb.subarray(from, from + 3 * image.width));
    }
  });
});
