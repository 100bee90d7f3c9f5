import { sidesGoneBeyond } from './beyond-sides.ts';
import { blankPlane, type GreyPlane } from './grey-plane.ts';
import type { Quad } from './homography.ts';

const whole = { left: 30, right: 30, top: 30, bottom: 30 };
type Margins = typeof whole;
const page = { width: 250, height: 176 };
/** Where a line is printed across the page, and beneath it grey: share of its height. */
const line = 0.77;

/** The data page of a passport on a table, bright above and grey below; negative margins cut it. */
function photographed({ left, right, top, bottom }: Margins): GreyPlane {
  const plane = blankPlane(page.width + left + right, page.height + top + bottom, 80);
  for (let y = 0; y < plane.height; y++) {
    for (let x = 0; x < plane.width; x++) {
      const [px, py] = [x - left, y - top];
      const onPage = px >= 0 && py >= 0 && px < page.width && py < page.height;
      if (onPage) plane.values[y * plane.width + x] = py < line * page.height ? 215 : 160;
    }
  }
  return plane;
}

/** An outline on the page, by its own millimetres so to speak: the upper left corner and the lower right. */
const outline = (
  { left, top }: Margins,
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
): Quad => [
  { x: left + x0 - 0.5, y: top + y0 - 0.5 },
  { x: left + x1 - 0.5, y: top + y0 - 0.5 },
  { x: left + x1 - 0.5, y: top + y1 - 0.5 },
  { x: left + x0 - 0.5, y: top + y1 - 0.5 },
];
const { width, height } = page;
const printed = Math.round(line * height);

describe('the outline of a document', () => {
  it('ends where the document ends, on whatever side the table is wide', () => {
    for (const margins of [whole, { ...whole, left: 120, top: 12 }, { ...whole, right: 90, bottom: 70 }]) {
      expect(sidesGoneBeyond(photographed(margins), outline(margins, [0, 0], [width, height]))).toBe(0);
    }
  });

  it('that is a line printed on a whole document does not reach the edge of the picture', () =>
    expect(sidesGoneBeyond(photographed(whole), outline(whole, [0, 0], [width, printed]))).toBe(0));

  it.each([-2, -10, -25])('that is such a line goes on below it where the picture cuts %d pixels off', (bottom) => {
    const margins = { ...whole, bottom };
    expect(sidesGoneBeyond(photographed(margins), outline(margins, [0, 0], [width, printed]))).toBe(1);
  });

  it.each([-2, -10, -25])(
    'goes on to the left, or to the right, of a side that was seen too far inside: %d pixels',
    (margin) => {
      const [left, right] = [
        { ...whole, left: margin },
        { ...whole, right: margin },
      ];
      expect(sidesGoneBeyond(photographed(left), outline(left, [60, 0], [width, height]))).toBe(1);
      expect(sidesGoneBeyond(photographed(right), outline(right, [0, 0], [width - 60, height]))).toBe(1);
    },
  );

  it('without any contrast says nothing', () =>
    expect(sidesGoneBeyond(blankPlane(300, 200, 80), outline(whole, [0, 0], [200, 100]))).toBe(0));
});
