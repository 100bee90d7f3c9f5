import type { ObservedPortrait } from './observation.ts';
import { THRESHOLDS } from './thresholds.ts';
import { atLeast, atMost, type Check } from './verdict.ts';

/**
 * What a picture of a document is: `page` a page or card with the portrait on it; `portrait` the portrait alone, as it
 * comes out of a chip (ICAO 9303 data group 2).
 */
export type DocumentKind = 'page' | 'portrait';

/** Whether a document's portrait can be compared with a face. `portrait` is undefined where none was found. */
export function checkPortrait(portrait: ObservedPortrait | undefined, kind: DocumentKind): Check[] {
  const score = atLeast('document.face', portrait?.score ?? 0, THRESHOLDS.minPortraitScore, 'DOCUMENT_NO_FACE');
  if (portrait === undefined) return [score];
  const { face, share, second } = portrait;
  const checks = [
    score,
    atLeast('document.eyeDistance', face.eyeDistance, THRESHOLDS.minPortraitEyeDistance, 'DOCUMENT_PORTRAIT_TOO_SMALL'),
  ];
  // a selfie sent as a document would match itself
  if (kind === 'page') {
    checks.push(atMost('document.share', share, THRESHOLDS.maxPortraitShare, 'DOCUMENT_NOT_A_DOCUMENT'));
  }
  if (second !== undefined && second.share >= THRESHOLDS.secondPortraitShare) {
    const limit = THRESHOLDS.ghostPortraitDistance;
    checks.push(atMost('document.secondFace', second.distance, limit, 'DOCUMENT_SEVERAL_FACES'));
  }
  return checks;
}
