import type { DocumentPicture } from './place-document.ts';

/** Why a picture of a document has to be taken again. The names are those of the reasons of an identity verification (docs/ekyc.md). */
export type PictureFault =
  | 'DOCUMENT_NOT_LOCATED'
  | 'DOCUMENT_NOT_ALONE'
  | 'DOCUMENT_EDGE_CUT'
  | 'DOCUMENT_TOO_FAR'
  | 'DOCUMENT_BLURRED'
  | 'DOCUMENT_GLARE'
  | 'DOCUMENT_COPY'
  | 'DOCUMENT_RECAPTURED';

/** One thing that has to hold of a picture. */
export interface PictureCheck {
  readonly fault: PictureFault;
  readonly measured: number;
  readonly limit: number;
  /** whether the limit is the least or the most */
  readonly bound: 'least' | 'most';
}

/**
 * Longer sides, pixels, that a picture is brought down to before it is measured: for its text, and to look for patterns of screens and prints, since scaling
 * down takes the finest away. The authentication server and the terminal measure the same. 50 MB at most.
 */
export const PICTURE_SIDES = { text: 2048, patterns: 4096 } as const;

/** Limits of a picture that text can be read from; docs/ekyc-measurements.md says what was measured. */
export const PICTURE_LIMITS = {
  /** longer side of the document, pixels */
  minWidth: 560,
  /** share of its longer side by which a corner may lie outside */
  maxBeyondEdge: 0.02,
  /** generated documents 0.36 to 0.40; blurred so that readers begin to differ 0.27 to 0.30, that fields are lost 0.22 */
  minSharpness: 0.25,
  maxGlareShare: 0.02,
  minChroma: 2,
  /** see `repeatedPattern` and docs/ekyc-measurements.md: 1 and more is a screen or a print */
  maxPattern: 1,
} as const;

/** Everything that has to hold of a picture, in the order that a person would mend it. */
export function pictureChecks(picture: DocumentPicture): PictureCheck[] {
  const found = picture.located || picture.fillsPicture ? 1 : 0;
  const { minWidth, maxBeyondEdge, minSharpness, maxGlareShare, minChroma, maxPattern } = PICTURE_LIMITS;
  return [
    { fault: 'DOCUMENT_NOT_LOCATED', measured: found, limit: 1, bound: 'least' },
    { fault: 'DOCUMENT_NOT_ALONE', measured: picture.documents, limit: 1, bound: 'most' },
    { fault: 'DOCUMENT_EDGE_CUT', measured: picture.beyondEdge, limit: maxBeyondEdge, bound: 'most' },
    { fault: 'DOCUMENT_EDGE_CUT', measured: picture.sidesCut, limit: 0, bound: 'most' },
    { fault: 'DOCUMENT_TOO_FAR', measured: picture.width, limit: minWidth, bound: 'least' },
    // what is too small to look for patterns in can't pass as looked at
    { fault: 'DOCUMENT_TOO_FAR', measured: picture.pattern, limit: 0, bound: 'least' },
    { fault: 'DOCUMENT_BLURRED', measured: picture.sharpness, limit: minSharpness, bound: 'least' },
    { fault: 'DOCUMENT_GLARE', measured: picture.glareShare, limit: maxGlareShare, bound: 'most' },
    { fault: 'DOCUMENT_COPY', measured: picture.chroma, limit: minChroma, bound: 'least' },
    { fault: 'DOCUMENT_RECAPTURED', measured: picture.pattern, limit: maxPattern, bound: 'most' },
  ];
}

/** What is wrong with a picture: nothing where it can be read. */
export function pictureFaults(picture: DocumentPicture): PictureFault[] {
  const failed = pictureChecks(picture).filter(({ measured, limit, bound }) =>
    bound === 'least' ? measured < limit : measured > limit,
  );
  return [...new Set(failed.map(({ fault }) => fault))];
}
