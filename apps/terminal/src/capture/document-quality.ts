import { pictureFaults, straightenDocument } from '@tegata/document-picture';
import sharp from 'sharp';
import { pictureKind } from '../evidence/picture-file.ts';
import type { DocumentFault } from './page-protocol.ts';

/** Longer side at which a picture is measured, pixels, and pixels of one at most: what the authentication server takes. */
const workingSide = 2048;
const maxPixels = 40_000_000;

/**
 * What is wrong with a picture of a document, by the same measures as the authentication server's, before it is sent: nothing where it can be read. Half
 * a second. A picture of another kind than JPEG, PNG and WebP never reaches the decoder.
 */
export async function documentFaults(octets: Uint8Array): Promise<DocumentFault[]> {
  if (pictureKind(octets) === undefined) return ['DOCUMENT_UNREADABLE'];
  const decoded = await sharp(octets, { failOn: 'error', limitInputPixels: maxPixels })
    .resize({ width: workingSide, height: workingSide, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(() => undefined);
  if (decoded === undefined || decoded.info.channels !== 3) return ['DOCUMENT_UNREADABLE'];
  const { width, height } = decoded.info;
  return pictureFaults(straightenDocument({ width, height, rgb: decoded.data }).picture);
}
