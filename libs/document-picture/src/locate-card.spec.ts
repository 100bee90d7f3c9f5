import { blankPlane, type GreyPlane } from './grey-plane.ts';
import { homographyTo, mapped, type Quad } from './homography.ts';
import { CARD_SIZES, type LocatedCard, locateCards } from './locate-card.ts';

interface Lying {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly degrees: number;
  readonly size: keyof typeof CARD_SIZES;
  readonly grey?: number;
}

/** A table with cards on it, bright ones unless said, each given by its middle, width and angle. */
function table(cards: readonly Lying[], pattern: (x: number, y: number) => number = () => 90): GreyPlane {
  const plane = blankPlane(500, 380, 90);
  plane.values.forEach((_, at) => {
    plane.values[at] = pattern(at % plane.width, Math.floor(at / plane.width));
  });
  for (const { x, y, width, degrees, size, grey = 215 } of cards) {
    const height = (width * CARD_SIZES[size].height) / CARD_SIZES[size].width;
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    for (let py = 0; py < plane.height; py++) {
      for (let px = 0; px < plane.width; px++) {
        const [dx, dy] = [px - x, py - y];
        const inside = Math.abs(dx * cos + dy * sin) < width / 2 && Math.abs(dy * cos - dx * sin) < height / 2;
        if (inside) plane.values[py * plane.width + px] = grey;
      }
    }
  }
  return plane;
}

const widthOf = ({ corners: [a, b] }: LocatedCard) => Math.hypot(b.x - a.x, b.y - a.y);

describe('documents in a picture', () => {
  it.each([
    ['ID-1', 0],
    ['ID-1', -8],
    ['ID-1', 27],
    ['ID-1', 93],
    ['ID-3', 3],
    ['ID-3', 178],
  ] as const)('are found: %s turned by %d degrees', (size, degrees) => {
    const [card, other] = locateCards(table([{ x: 250, y: 190, width: 280, degrees, size }]));
    expect(card).toMatchObject({ size });
    expect(card!.support).toBeGreaterThan(0.9);
    expect(other).toBeUndefined();
    const [a, b] = card!.corners;
    expect(Math.abs(Math.hypot(b.x - a.x, b.y - a.y) - 280)).toBeLessThan(5);
    for (const { x, y } of card!.corners) {
      const half = (280 / 2) * Math.hypot(1, CARD_SIZES[size].height / CARD_SIZES[size].width);
      expect(Math.abs(Math.hypot(x - 250, y - 190) - half)).toBeLessThan(5);
    }
  });

  it('are two where two lie beside each other', () => {
    const found = locateCards(
      table([
        { x: 128, y: 190, width: 210, degrees: 2, size: 'ID-1' },
        { x: 372, y: 190, width: 210, degrees: -3, size: 'ID-1' },
      ]),
    );
    expect(found.filter(({ support }) => support > 0.85)).toHaveLength(2);
  });

  it('are found on a cloth that is nearly as light, where their portraits are seen more clearly', () => {
    const document = { x: 250, y: 190, width: 330, degrees: -2, size: 'ID-1' } as const;
    const portrait = { x: 350, y: 190, width: 120, degrees: 88, size: 'ID-3', grey: 60 } as const;
    const cloth = (x: number, y: number) => 185 + 20 * Math.sin(1.05 * (x + 0.3 * y)) * Math.sin(1.05 * (y - 0.3 * x));
    expect(Math.abs(widthOf(locateCards(table([document, portrait], cloth))[0]!) - 330)).toBeLessThan(5);
  });

  it('are found where an edge of the picture cuts them and not their portraits', () => {
    const document = { x: 260, y: 235, width: 440, degrees: 10, size: 'ID-3' } as const;
    const portrait = { x: 140, y: 190, width: 150, degrees: 100, size: 'ID-3', grey: 90 } as const;
    expect(Math.abs(widthOf(locateCards(table([document, portrait]))[0]!) - 440)).toBeLessThan(5);
  });

  it('are none on an empty table', () => expect(locateCards(table([]))).toEqual([]));
});

describe('a homography', () => {
  it('takes the corners of a rectangle to those of a quadrilateral', () => {
    const quad: Quad = [
      { x: 10, y: 20 },
      { x: 210, y: 30 },
      { x: 190, y: 160 },
      { x: 5, y: 140 },
    ];
    const homography = homographyTo(quad, 100, 60)!;
    const corners = [
      [0, 0],
      [100, 0],
      [100, 60],
      [0, 60],
    ] as const;
    for (const [k, [x, y]] of corners.entries()) {
      expect(mapped(homography, x, y).x).toBeCloseTo(quad[k]!.x, 6);
      expect(mapped(homography, x, y).y).toBeCloseTo(quad[k]!.y, 6);
    }
  });

  it('has none to three corners on a line', () => {
    const line: Quad = [
      { x: 0, y: 0 },
      { x: 10, y: 10 },
      { x: 20, y: 20 },
      { x: 30, y: 30 },
    ];
    expect(homographyTo(line, 100, 60)).toBeUndefined();
  });
});
