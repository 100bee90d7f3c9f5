/**
 * Reasons of an identity verification that ask for another picture of the same document, as nothing was decided about what it says. The reasons are
 * `@tegata/ekyc`'s; who shows them to an applicant knows by these names what to ask for.
 */
export const reasonsForAnotherPicture: ReadonlySet<string> = new Set([
  'DOCUMENT_FORMAT_NOT_ACCEPTED',
  'DOCUMENT_UNREADABLE',
  'DOCUMENT_TOO_LARGE',
  'DOCUMENT_TOO_SMALL',
  'DOCUMENT_NO_FACE',
  'DOCUMENT_SEVERAL_FACES',
  'DOCUMENT_PORTRAIT_TOO_SMALL',
  'DOCUMENT_NOT_A_DOCUMENT',
  'DOCUMENT_NOT_LOCATED',
  'DOCUMENT_NOT_ALONE',
  'DOCUMENT_EDGE_CUT',
  'DOCUMENT_TOO_FAR',
  'DOCUMENT_BLURRED',
  'DOCUMENT_GLARE',
  'DOCUMENT_COPY',
  'DOCUMENT_RECAPTURED',
  'DOCUMENT_KIND_UNKNOWN',
  'DOCUMENT_WRONG_SIDE',
  'DOCUMENT_TEXT_UNREADABLE',
  'DOCUMENT_MRZ_UNCERTAIN',
]);
