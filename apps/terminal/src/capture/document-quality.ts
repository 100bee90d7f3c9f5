import { PICTURE_SIDES, pictureFaults, straightenDocument } from '@tegata/document-picture';
import { DOCUMENT_LIMITS, decodeImage, ImageRefusedError, scaledDown } from '@tegata/encoded-picture';
import type { DocumentFault } from './page-protocol.ts';

/**
 * What is wrong with a picture of a document, by the same measures as the authentication server's, before it is sent: nothing where it can be read. Half
 * a second.
 */
export async function documentFaults(octets: Uint8Array): Promise<DocumentFault[]> {
  try {
    const fine = await decodeImage(octets, { ...DOCUMENT_LIMITS, workingSide: PICTURE_SIDES.patterns });
    return pictureFaults(straightenDocument(await scaledDown(fine, DOCUMENT_LIMITS.workingSide), { fine }).picture);
  } catch (error) {
    if (!(error instanceof ImageRefusedError)) throw error;
    return [error.refusal === 'TOO_SMALL' ? 'DOCUMENT_TOO_FAR' : 'DOCUMENT_UNREADABLE'];
  }
}
