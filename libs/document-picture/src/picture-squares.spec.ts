import type { Quad } from './homography.ts';
import { CARD_SIZES, type CardSize } from './locate-card.ts';
import { PICTURE_LIMITS } from './picture-faults.ts';
import { pictureSquares } from './picture-squares.ts';
import { FEWEST_INSIDE, sideOfSquares } from './repeated-pattern.ts';

/** A document that is turned, narrower at one end by that share, and touches the edges of its picture on all sides. */
function lying(size: CardSize, longer: number, degrees: number, narrower: number) {
  const { width, height } = CARD_SIZES[size];
  const [w, h, turn] = [longer / 2, (longer * height) / width / 2, (degrees * Math.PI) / 180];
  const corners = [
    { x: -w, y: -h },
    { x: w, y: -h * (1 - narrower) },
    { x: w, y: h * (1 - narrower) },
    { x: -w, y: h },
  ].map(({ x, y }) => ({ x: x * Math.cos(turn) - y * Math.sin(turn), y: x * Math.sin(turn) + y * Math.cos(turn) }));
  const [left, top] = [Math.min(...corners.map(({ x }) => x)), Math.min(...corners.map(({ y }) => y))];
  const moved = corners.map(({ x, y }) => ({ x: x - left, y: y - top }));
  const picture = {
    width: Math.ceil(Math.max(...moved.map(({ x }) => x))) + 1,
    height: Math.ceil(Math.max(...moved.map(({ y }) => y))) + 1,
  };
  return { corners: moved as unknown as Quad, picture };
}

describe('a document that is large enough to be read', () => {
  const widths = [PICTURE_LIMITS.minWidth, 600, 700, 800, 1200, 1600];
  const cases = (['ID-1', 'ID-3'] as const).flatMap((size) =>
    widths.flatMap((width) => [0, 0.25].map((narrower) => ({ size, width, narrower }))),
  );

  it.each(cases)(
    'is looked at for patterns however it is turned: $size, $width pixels, narrower by $narrower',
    (one) => {
      const unseen = Array.from({ length: 36 }, (_, k) => 10 * k + 5).filter((degrees) => {
        const { corners, picture } = lying(one.size, one.width, degrees, one.narrower);
        return pictureSquares(corners, picture, sideOfSquares(corners)).inside.length < FEWEST_INSIDE;
      });
      expect(unseen).toEqual([]);
    },
  );
});
