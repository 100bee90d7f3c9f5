import { type DocumentWaves, UNFOLDED } from './document-waves.ts';
import { PLANES } from './square-spectra.ts';

const { cos, max, min, PI, sin } = Math;

/** Lines a millimetre of the screens of laser printers and presses: 96 to 213 an inch. */
const RULINGS = { coarsest: 3.8, finest: 8.4 } as const;
/** Degrees of the screens of cyan, magenta, yellow and black, to the sides of what is printed. */
const ANGLES = [15, 75, 0, 45] as const;
/** Bins by which an outline may make them others, all alike. */
const ASIDE = [-2, -1, 0, 1, 2] as const;
/** A mean that is not looked at any closer. */
const LEAST = 0.1;

/**
 * How far the dots of two inks stand out, each screen two waves at a right angle, all of one ruling and at the inks' own angles: the weakest mean of the four waves of the
 * second ink, 1.4 at most. A net of lines has one angle.
 */
export function inkScreens(inside: DocumentWaves): number {
  let best = 0;
  for (let lines = RULINGS.coarsest; lines < RULINGS.finest; lines += 0.6 / inside.bins) {
    for (const aside of ASIDE) {
      let [first, second] = [0, 0];
      for (const degrees of ANGLES) {
        const ink = inkScreen(inside, lines, (degrees * PI) / 180 + aside / (inside.bins * lines));
        [first, second] = ink > first ? [ink, first] : [first, max(second, ink)];
      }
      best = max(best, second);
    }
  }
  return best;
}

/** How far one ink's screen stands out, in brightness or colour. */
function inkScreen(inside: DocumentWaves, lines: number, angle: number): number {
  const [u, v] = [lines * cos(angle), lines * sin(angle)];
  const stands = PLANES.map((plane) => {
    const one = inside.mean(plane, u, v, UNFOLDED, LEAST);
    return one < LEAST ? 0 : min(one, inside.mean(plane, -v, u, UNFOLDED, LEAST));
  });
  return max(...stands);
}
