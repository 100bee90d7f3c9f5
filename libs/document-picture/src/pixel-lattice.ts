import { type DocumentWaves, UNFOLDED } from './document-waves.ts';

const { cos, max, min, PI, sin } = Math;

/** Lines a millimetre of fine print on documents. */
const PRINT = { coarsest: 1, finest: 5.3 } as const;
/** Lines a millimetre of a screen's pixels. */
const PIXELS = { coarsest: 5.5, finest: 23 } as const;
/** How the pixels of a screen lie to a document that it shows upright: along its sides, or as diamonds. */
const DIRECTIONS = [0, PI / 4] as const;
/** Bins by which an outline may make that another direction, and one of both waves another distance. */
const ASIDE = [-2, -1, 0, 1, 2] as const;
const APART = [-1, 0, 1] as const;
/** A mean that is not looked at any closer. */
const LEAST = 0.2;

/**
 * How far the pixels of a screen stand out that shows the document upright: the weaker of the means, in brightness, of two waves at a right angle along its sides, finer
 * than anything printed on one; 0 where waves of fine print are there whose overtones these may be. For screens that are dark around the document.
 */
export function pixelLattice(inside: DocumentWaves): number {
  const step = 0.6 / inside.bins;
  let best = 0;
  for (const direction of DIRECTIONS) {
    for (let lines = PIXELS.coarsest; lines < PIXELS.finest; lines += step) {
      for (const aside of ASIDE) {
        const angle = direction + aside / (inside.bins * lines);
        const [x, y] = [cos(angle), sin(angle)];
        const one = inside.mean(0, lines * x, lines * y, UNFOLDED, max(best, LEAST));
        if (one <= best) continue;
        for (const apart of APART) {
          const others = lines + apart / inside.bins;
          best = max(best, min(one, inside.mean(0, -others * y, others * x, UNFOLDED, LEAST)));
        }
      }
    }
  }
  return best < LEAST || inside.haveWaves(PRINT) ? 0 : best;
}
