import type { ObservedPortrait, OtherFace } from './observation.ts';
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
  const { face, share } = portrait;
  const checks = [
    score,
    atLeast('document.eyeDistance', face.eyeDistance, THRESHOLDS.minPortraitEyeDistance, 'DOCUMENT_PORTRAIT_TOO_SMALL'),
  ];
  // a selfie sent as a document would match itself
  if (kind === 'page') {
    checks.push(atMost('document.share', share, THRESHOLDS.maxPortraitShare, 'DOCUMENT_NOT_A_DOCUMENT'));
  }
  return checks;
}

/** Whether a document shows one person: a copy of the portrait (ghost image) is no other. What is too small or too faint to be told counts for nothing. */
export function checkOthers(others: readonly OtherFace[]): Check[] {
  const told = others.filter(
    ({ score, eyeDistance }) => score >= THRESHOLDS.surePortraitScore && eyeDistance >= THRESHOLDS.minOtherEyeDistance,
  );
  if (told.length === 0) return [];
  const farthest = Math.max(...told.map(({ distance }) => distance));
  return [atMost('document.otherFace', farthest, THRESHOLDS.ghostPortraitDistance, 'DOCUMENT_SEVERAL_FACES')];
}
