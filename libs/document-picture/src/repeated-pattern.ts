import { DocumentWaves } from './document-waves.ts';
import type { RgbImage } from './grey-plane.ts';
import type { Homography, Quad } from './homography.ts';
import { inkScreens } from './ink-screens.ts';
import { pictureSquares } from './picture-squares.ts';
import { pixelLattice } from './pixel-lattice.ts';
import { SquareSpectra } from './square-spectra.ts';
import { wavesAround } from './waves-around.ts';

const { hypot, max } = Math;

/** Where a document lies in a picture. */
export interface Lie {
  readonly corners: Quad;
  /** pixels from millimetres of the document */
  readonly fromMillimetres: Homography;
}

/** Sides of the squares that are looked at, pixels, and the longer side of a document from which on they are the larger. */
const SIDES = { small: 128, large: 256, largeFrom: 1200 } as const;
/** Squares that a document needs for anything to be said of it, and that its surroundings need for large ones. */
export const FEWEST_INSIDE = 4;
const FEWEST_OUTSIDE = 6;
/** What is told of a document that is too small to look for patterns in. */
const TOO_SMALL = -1;

/**
 * From where on each sign is one of a picture of a picture. Of 371 rendered originals that were looked at to choose them (docs/ekyc-measurements.md) the most has 0.66, 0.64 and 0.62; screens
 * have 0.84 to 1.4 and 1.1 to 1.4, prints up to 1.4.
 */
const SIGNS = { around: 0.8, lattice: 1.05, inks: 0.75 } as const;

/**
 * How far a pattern stands out in a picture of a document that screens and prints have: its strongest sign over where that begins, so that 1 and more tells one, 0 where there is
 * none, `TOO_SMALL` where the document is too small to say.
 */
export function repeatedPattern(image: RgbImage, { corners, fromMillimetres }: Lie): number {
  const { small } = SIDES;
  const squares = pictureSquares(corners, image, sideOfSquares(corners));
  if (squares.inside.length < FEWEST_INSIDE) return TOO_SMALL;
  const around =
    squares.outside.length < FEWEST_OUTSIDE && squares.side > small ? pictureSquares(corners, image, small) : squares;
  const spectra = new SquareSpectra(squares.side);
  const inside = new DocumentWaves(spectra, image, fromMillimetres, squares.inside);
  const outside = new DocumentWaves(
    around === squares ? spectra : new SquareSpectra(around.side),
    image,
    fromMillimetres,
    around.outside,
  );
  return max(
    wavesAround(inside, outside) / SIGNS.around,
    pixelLattice(inside) / SIGNS.lattice,
    inkScreens(inside) / SIGNS.inks,
  );
}

/** Side of the squares that a document is looked at by, pixels. */
export function sideOfSquares([a, b, c, d]: Quad): number {
  const longer = (hypot(b.x - a.x, b.y - a.y) + hypot(c.x - d.x, c.y - d.y)) / 2;
  return longer >= SIDES.largeFrom ? SIDES.large : SIDES.small;
}
