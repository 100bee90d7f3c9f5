import { legiblePicture } from '@tegata/document-picture/testing';
import { documentKinds, type JudgedPresentation } from './document-presentations.ts';
import { presentedDocument } from './presented-document.ts';
import { promisesOf } from './promises.ts';

const recaptured = { ...legiblePicture, pattern: 9 };
const judged = (kind: string, picture: typeof legiblePicture | undefined): JudgedPresentation => ({
  ...{ set: 'set', file: `${kind}.jpg`, kind, type: 'passport', medium: undefined },
  ...presentedDocument(picture),
});

describe('the picture of a document', () => {
  it('is taken for an attack where a screen or a print is told, whatever else is wrong with it', () => {
    expect(presentedDocument(legiblePicture)).toEqual({ response: 'bona fide', faults: [], pattern: 0 });
    expect(presentedDocument(recaptured)).toMatchObject({ response: 'attack', faults: ['DOCUMENT_RECAPTURED'] });
    expect(presentedDocument({ ...recaptured, chroma: 0 }).response).toBe('attack');
    expect(presentedDocument({ ...legiblePicture, chroma: 0 })).toMatchObject({
      response: 'bona fide',
      faults: ['DOCUMENT_COPY'],
    });
  });

  it('that is too small to look for patterns is no attack that was told, but is not read; what is no picture has no response', () => {
    expect(presentedDocument({ ...legiblePicture, pattern: -1 })).toMatchObject({
      response: 'bona fide',
      faults: ['DOCUMENT_TOO_FAR'],
    });
    expect(presentedDocument(undefined)).toEqual({ response: 'no response', faults: [], pattern: null });
  });
});

describe('results by attack instrument', () => {
  const results = documentKinds(
    [{ presented: presentedDocument(legiblePicture) }, { presented: presentedDocument(recaptured) }, {}],
    [
      judged('documentOnScreen', recaptured),
      judged('documentOnScreen', legiblePicture),
      judged('documentOnScreen', { ...legiblePicture, sharpness: 0 }),
      judged('documentOnScreen', undefined),
      judged('documentInkjetPrint', legiblePicture),
      judged('genuine', legiblePicture),
    ],
  );

  it('count attacks let pass (APCER) for each instrument by itself, without those that had no response', () => {
    const [screen, inkjet] = results.filter(({ role }) => role === 'attack');
    expect(screen).toMatchObject({ kind: 'documentOnScreen', pictures: 4 });
    expect(screen!.misclassified).toMatchObject({ events: 2, trials: 3 });
    expect(screen!.noResponse).toMatchObject({ events: 1, trials: 4 });
    expect(inkjet!.misclassified).toMatchObject({ events: 1, trials: 1 });
    expect(inkjet!.misclassified.low).toBeCloseTo(0.025, 6);
  });

  it('tell apart what is asked for again for another reason from what goes on to be read', () => {
    const [screen] = results.filter(({ role }) => role === 'attack');
    expect(screen!.goesOn).toMatchObject({ events: 1, trials: 4 });
    expect(screen!.faults).toEqual([
      ['DOCUMENT_RECAPTURED', 1],
      ['DOCUMENT_BLURRED', 1],
    ]);
  });

  it('count documents taken for attacks (BPCER): those to be read, and those before the camera of the attacks', () => {
    expect(results.map(({ kind }) => kind).slice(0, 2)).toEqual(['documents', 'genuine']);
    expect(results[0]!.misclassified).toMatchObject({ events: 1, trials: 2 });
    expect(results[1]!.misclassified).toMatchObject({ events: 0, trials: 1 });
  });

  it('promise nothing: a picture of a document alone is not what an identity is believed by', () => {
    expect(promisesOf([], [], [])).toEqual([]);
    expect(documentKinds([{}], [])).toEqual([]);
  });
});
