import { mirrorImage, turnImage, turnPoint } from './turned-image.ts';

describe('pictures', () => {
  it('are mirrored, left and right', () => {
    const image = { width: 2, height: 2, rgb: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) };
    expect(mirrorImage(image).rgb).toEqual(Uint8Array.of(4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9));
    expect(mirrorImage(mirrorImage(image))).toEqual(image);
  });

  it('are turned by quarters', () => {
    const image = { width: 2, height: 1, rgb: Uint8Array.of(1, 1, 1, 2, 2, 2) };
    expect(turnImage(image, 1)).toEqual({ width: 1, height: 2, rgb: Uint8Array.of(1, 1, 1, 2, 2, 2) });
    expect(turnImage(image, 2).rgb).toEqual(Uint8Array.of(2, 2, 2, 1, 1, 1));
    expect(turnImage(turnImage(image, 1), 3)).toEqual(image);
  });

  it.each([0, 1, 2, 3] as const)('have a place again where turning by %d quarters takes it', (quarters) => {
    const image = { width: 5, height: 4, rgb: new Uint8Array(3 * 5 * 4) };
    image.rgb.fill(9, 3 * (1 * 5 + 3), 3 * (1 * 5 + 4));
    const turned = turnImage(image, quarters);
    const { x, y } = turnPoint({ x: 3.5, y: 1.5 }, image, quarters);
    expect(turned.rgb.indexOf(9)).toBe(3 * (Math.floor(y) * turned.width + Math.floor(x)));
  });
});
