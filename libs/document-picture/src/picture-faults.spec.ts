import { type PictureFault, pictureFaults } from './picture-faults.ts';
import type { DocumentPicture } from './place-document.ts';
import { legiblePicture } from './testing/index.ts';

describe('a picture of a document', () => {
  it('can be read when the document lies in it whole, sharp and near', () =>
    expect(pictureFaults(legiblePicture)).toEqual([]));

  it('can be read when the document fills it, so that no outline is seen', () =>
    expect(pictureFaults({ ...legiblePicture, located: false, fillsPicture: true, documents: 0 })).toEqual([]));

  it.each<[string, Partial<DocumentPicture>, PictureFault]>([
    ['there is no document in it', { located: false, documents: 0 }, 'DOCUMENT_NOT_LOCATED'],
    ['several documents lie in it', { documents: 2 }, 'DOCUMENT_NOT_ALONE'],
    ['a corner is outside', { beyondEdge: 0.05 }, 'DOCUMENT_EDGE_CUT'],
    ['the document goes on outside', { sidesCut: 1 }, 'DOCUMENT_EDGE_CUT'],
    ['it was taken from too far', { width: 400 }, 'DOCUMENT_TOO_FAR'],
    ['it is too small to look for patterns in', { pattern: -1 }, 'DOCUMENT_TOO_FAR'],
    ['it is out of focus', { sharpness: 0.12 }, 'DOCUMENT_BLURRED'],
    ['something shines in it', { glareShare: 0.1 }, 'DOCUMENT_GLARE'],
    ['it shows a copy in grey', { chroma: 0.4 }, 'DOCUMENT_COPY'],
    ['it shows a screen, or a print made of dots', { pattern: 3 }, 'DOCUMENT_RECAPTURED'],
  ])('has to be taken again when %s', (_, otherwise, fault) =>
    expect(pictureFaults({ ...legiblePicture, ...otherwise })).toEqual([fault]),
  );

  it('is told everything that is wrong with it, what to mend first first', () =>
    expect(pictureFaults({ ...legiblePicture, width: 300, sharpness: 0.1 })).toEqual([
      'DOCUMENT_TOO_FAR',
      'DOCUMENT_BLURRED',
    ]));
});
