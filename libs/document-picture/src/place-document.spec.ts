import { blankPlane, type GreyPlane } from './grey-plane.ts';
import { documentOutline } from './place-document.ts';

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A picture of the proportions of a card: light, with rows of letters, and a dark rectangle on it. */
function picture({ left, top, width, height }: Rectangle): GreyPlane {
  const plane = blankPlane(505, 318, 215);
  for (let row = 40; row < 300; row += 26) {
    for (let x = 30; x < 300; x += 6) {
      for (let y = row; y < row + 8; y++) plane.values.fill(70, y * 505 + x, y * 505 + x + 2 + (x % 3));
    }
  }
  for (let y = top; y < top + height; y++) plane.values.fill(90, y * 505 + left, y * 505 + left + width);
  return plane;
}

const corners = (rectangle: Rectangle) =>
  documentOutline(picture(rectangle)).corners.map(({ x, y }) => [Math.round(x), Math.round(y)]);

describe('a picture of the proportions of a document', () => {
  it('is the document, where all that is found on it stands there as its portrait does', () => {
    expect(corners({ left: 340, top: 90, width: 120, height: 154 })).toEqual([
      [-0, -0],
      [505, -0],
      [505, 318],
      [-0, 318],
    ]);
  });

  it.each<[string, Rectangle]>([
    ['is longer for its width, as a document that stands there', { left: 340, top: 70, width: 110, height: 156 }],
    ['lies along it, as a document that is far away', { left: 330, top: 90, width: 154, height: 120 }],
    ['is more of it', { left: 310, top: 40, width: 185, height: 238 }],
  ])('is a picture in which a document lies, where what is found %s', (_, rectangle) => {
    const found = corners(rectangle);
    const xs = found.map(([x]) => x!);
    expect(Math.abs(Math.min(...xs) - rectangle.left)).toBeLessThan(4);
    expect(Math.abs(Math.max(...xs) - rectangle.left - rectangle.width)).toBeLessThan(4);
  });
});
