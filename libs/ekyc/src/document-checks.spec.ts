import { checkOthers } from './document-checks.ts';
import { THRESHOLDS } from './thresholds.ts';

describe('faces beside the portrait of a document', () => {
  const [score, eyeDistance] = [THRESHOLDS.surePortraitScore, THRESHOLDS.minOtherEyeDistance];
  const [ghost, stranger] = [THRESHOLDS.ghostPortraitDistance, THRESHOLDS.ghostPortraitDistance + 0.01];
  const refused = (...others: Parameters<typeof checkOthers>[0]) =>
    checkOthers(others).flatMap(({ held, reason }) => (held ? [] : [reason]));

  it('may be the same person', () => expect(refused({ score, eyeDistance, distance: ghost })).toEqual([]));

  it('are somebody else, however many of the same person there are', () =>
    expect(refused({ score, eyeDistance, distance: 0 }, { score, eyeDistance, distance: stranger })).toEqual([
      'DOCUMENT_SEVERAL_FACES',
    ]));

  it('say nothing where they are too small or hardly a face', () =>
    expect([
      checkOthers([{ score, eyeDistance: eyeDistance - 1, distance: stranger }]),
      checkOthers([{ score: score - 0.01, eyeDistance, distance: stranger }]),
    ]).toEqual([[], []]));
});
