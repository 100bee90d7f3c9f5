import { PICTURE_SIDES, pictureFaults, straightenDocument } from '@tegata/document-picture';
import sharp from 'sharp';
import type { SeededRandom } from '../seeded-random.ts';
import { type DrawnPage, photographedAs } from './recaptured-document.ts';

/** Whether the authentication server would ask for another picture of the document before it asks for anything else. */
export async function isFaulty(jpeg: Uint8Array): Promise<boolean> {
  const { data, info } = await sharp(jpeg)
    .resize({ width: PICTURE_SIDES.text, height: PICTURE_SIDES.text, fit: 'inside', withoutEnlargement: true })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const picture = { width: info.width, height: info.height, rgb: new Uint8Array(data) };
  return pictureFaults(straightenDocument(picture).picture).length > 0;
}

/** The picture of a document that somebody sends: taken anew until the authentication server would ask for no other. */
export async function pictureToSend(page: DrawnPage, random: SeededRandom): Promise<Uint8Array> {
  for (;;) {
    const { jpeg } = await photographedAs('original', page, random);
    if (!(await isFaulty(jpeg))) return jpeg;
  }
}
