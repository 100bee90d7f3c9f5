import { type PictureLimits, readPicture } from './picture-file.ts';

/** What tegata.authentication.v1.IdentityDocuments accepts as an image. */
export const documentLimits: PictureLimits = { maxOctets: 5_242_880, kinds: ['JPEG', 'PNG', 'WebP'] };

/** S11: reads the image of the identity document's side with the portrait. Errors of readPicture. */
export function readIdentityDocument(path: string): Uint8Array {
  return readPicture(path, documentLimits);
}
