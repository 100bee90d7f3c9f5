import { PICTURE_SIDES, pictureFaults, type RgbImage, straightenDocument } from '@tegata/document-picture';
import sharp from 'sharp';
import { pictureKind } from '../evidence/picture-file.ts';
import type { DocumentFault } from './page-protocol.ts';

/** Pixels of a picture at most: what the authentication server takes. */
const maxPixels = 40_000_000;

/**
 * What is wrong with a picture of a document, by the same measures as the authentication server's, before it is sent: nothing where it can be read. Half
 * a second. A picture of another kind than JPEG, PNG and WebP never reaches the decoder.
 */
export async function documentFaults(octets: Uint8Array): Promise<DocumentFault[]> {
  if (pictureKind(octets) === undefined) return ['DOCUMENT_UNREADABLE'];
  const decoded = await sharp(octets, { failOn: 'error', limitInputPixels: maxPixels })
    .resize({ width: PICTURE_SIDES.patterns, height: PICTURE_SIDES.patterns, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(() => undefined);
  if (decoded === undefined || decoded.info.channels !== 3) return ['DOCUMENT_UNREADABLE'];
  const fine = { width: decoded.info.width, height: decoded.info.height, rgb: decoded.data };
  return pictureFaults(straightenDocument(await scaledDown(fine), { fine }).picture);
}

async function scaledDown({ width, height, rgb }: RgbImage): Promise<RgbImage> {
  if (Math.max(width, height) <= PICTURE_SIDES.text) return { width, height, rgb };
  const { data, info } = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize({ width: PICTURE_SIDES.text, height: PICTURE_SIDES.text, fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data };
}
