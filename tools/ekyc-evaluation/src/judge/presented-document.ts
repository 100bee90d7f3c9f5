import { type PictureFault, pictureFaults } from '@tegata/document-picture';
import { type DocumentReader, type DocumentReading, EkycError } from '@tegata/ekyc';

/** What the picture of a document is taken for before any of its text is looked at. */
export interface PresentedDocument {
  /**
   * by the check for pictures of screens and prints alone: `attack` where it tells one, `no response` where there is no picture. One in which there
   * is too little to look for patterns is `bona fide` by it: what asks for another is `DOCUMENT_TOO_FAR`
   */
  readonly response: 'bona fide' | 'attack' | 'no response';
  /** everything for which the picture is to be taken again */
  readonly faults: readonly PictureFault[];
  /** how far patterns stand out, -1 where there is too little to look for them; null without response */
  readonly pattern: number | null;
}

/** `picture` is undefined where the octets are none that a reader takes. */
export function presentedDocument(picture: DocumentReading['picture'] | undefined): PresentedDocument {
  if (picture === undefined) return { response: 'no response', faults: [], pattern: null };
  const faults = pictureFaults(picture);
  const response = faults.includes('DOCUMENT_RECAPTURED') ? 'attack' : 'bona fide';
  return { response, faults, pattern: picture.pattern };
}

/** What a reader makes of octets; undefined where they are no picture that it takes. */
export async function readIfPicture(
  reader: Pick<DocumentReader, 'read'>,
  picture: Uint8Array,
): Promise<DocumentReading | undefined> {
  try {
    return await reader.read(picture);
  } catch (error) {
    if (error instanceof EkycError) return undefined;
    throw error;
  }
}
