import type { DocumentPicture } from '../index.ts';

/** What is measured of a picture that text can be read from. */
export const legiblePicture: DocumentPicture = {
  located: true,
  fillsPicture: false,
  documents: 1,
  width: 1200,
  beyondEdge: 0,
  sidesCut: 0,
  sharpness: 0.5,
  glareShare: 0,
  chroma: 12,
  pattern: 0,
};
