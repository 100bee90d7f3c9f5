import { cornersOf, isCut, type PicturePart, squaresOf } from './picture-parts.ts';

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
        const isInside = ({ left: from, top: above, image }: PicturePart) =>
          left >= from && top >= above && left + side <= from + image.width && top + side <= above + image.height;
        expect(held.length).toBeGreaterThan(0);
        expect(held.every(isInside)).toBe(true);
      }
    }
  });
});

describe('parts of a picture', () => {
  const whole = picture(40, 30);
  whole.rgb.forEach((_, at) => {
    whole.rgb[at] = at % 251;
  });

  it.each([
    ['corners', cornersOf],
    ['squares', squaresOf],
  ])('hold the pixels of the picture that are there: %s', (_, partsOf) => {
    for (const { left, top, image } of partsOf(whole)) {
      for (let row = 0; row < image.height; row++) {
        const from = 3 * ((top + row) * whole.width + left);
        const pixels = image.rgb.subarray(3 * row * image.width, 3 * (row + 1) * image.width);
        expect(pixels).toEqual(whole.rgb.subarray(from, from + 3 * image.width));
      }
    }
  });

  it('are four in its corners, of three fifths of its sides', () => {
    const corners = cornersOf(whole).map(({ left, top, image }) => [left, top, image.width, image.height]);
    expect(corners).toEqual([
      [0, 0, 24, 18],
      [16, 0, 24, 18],
      [0, 12, 24, 18],
      [16, 12, 24, 18],
    ]);
  });
});

describe('a face in a part of a picture', () => {
  const whole = picture(100, 100);
  const inside: PicturePart = { left: 20, top: 20, image: picture(60, 60) };
  /** 20 by 10: it is cut from less than 4 pixels on */
  const face = { left: 20, top: 25, width: 20, height: 10 };

  it.each([
    ['left', { left: 3 }, { left: 4 }],
    ['top', { top: 3 }, { top: 4 }],
    ['right', { left: 37 }, { left: 36 }],
    ['bottom', { top: 47 }, { top: 46 }],
  ])('is cut near the %s edge, where the picture goes on', (_, near, far) => {
    expect(isCut({ ...face, ...near }, inside, whole)).toBe(true);
    expect(isCut({ ...face, ...far }, inside, whole)).toBe(false);
    expect(isCut({ ...face, ...near }, { left: 0, top: 0, image: picture(60, 60) }, picture(60, 60))).toBe(false);
  });
});
