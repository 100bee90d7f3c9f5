import { type DocumentWaves, FOLDS } from './document-waves.ts';
import { PLANES } from './square-spectra.ts';

const { hypot, max, min } = Math;

/** Lines a millimetre of the document: coarser than the pixels of a screen on which a card can be read, and finer than a camera resolves. */
const SCREENS = { coarsest: 5.5, finest: 23 } as const;
/** Squares around the document whose waves are tried, and how far they have to stand out there. */
const TRIED = 4;
const TRIED_FROM = 1.2;
/** Lines a millimetre of what documents lie on: cloth, whose overtones may be at the place of those of fine print. */
const TEXTURE = { coarsest: 0.6, finest: 5.3 } as const;
/** A mean that is not looked at any closer. */
const LEAST = 0.5;

/**
 * How far a wave stands out that goes on beyond the document as it does on it, and as perspective and the sensor have it: the weaker of its means inside and outside, 1.4
 * at most, 0 where it may be an overtone of what the document lies on. Whatever is printed on a document ends with it; the pixels of a screen that shows one do not (after Kunina, Sher and Nikolaev, 2023).
 */
export function wavesAround(inside: DocumentWaves, outside: DocumentWaves): number {
  let best = 0;
  for (const plane of PLANES) {
    for (const fold of FOLDS[plane]) {
      for (let square = 0; square < min(TRIED, outside.squares); square++) {
        for (const [u, v] of outside.standing(square, plane, fold, TRIED_FROM)) {
          const lines = hypot(u, v);
          if (lines < SCREENS.coarsest || lines > SCREENS.finest) continue;
          const around = outside.mean(plane, u, v, fold, max(best, LEAST));
          if (around > best) best = max(best, min(around, inside.mean(plane, u, v, fold, LEAST)));
        }
      }
    }
  }
  return best < LEAST || outside.haveWaves(TEXTURE) ? 0 : best;
}
