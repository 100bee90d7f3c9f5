import { PICTURE_SIDES, type PictureFault, pictureFaults, straightenDocument } from '@tegata/document-picture';
import sharp from 'sharp';
import type { SeededRandom } from '../seeded-random.ts';
import { type DrawnPage, photographedAs } from './recaptured-document.ts';

/** For what the authentication server would ask for another picture of the document before it asks for anything else; undefined for what is no picture. */
export async function faultsOfPicture(octets: Uint8Array): Promise<readonly PictureFault[] | undefined> {
  const decoded = await sharp(octets)
    .resize({ width: PICTURE_SIDES.text, height: PICTURE_SIDES.text, fit: 'inside', withoutEnlargement: true })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(() => undefined);
  if (decoded === undefined) return undefined;
  const { data, info } = decoded;
  const picture = { width: info.width, height: info.height, rgb: new Uint8Array(data) };
  return pictureFaults(straightenDocument(picture).picture);
}

/** The picture of a document that somebody sends: taken anew until the authentication server would ask for no other. */
export async function pictureToSend(page: DrawnPage, random: SeededRandom): Promise<Uint8Array> {
  for (;;) {
    const { jpeg } = await photographedAs('original', page, random);
    if ((await faultsOfPicture(jpeg))?.length === 0) return jpeg;
  }
}

/** A scan of a page, nothing around it: `density` dots an inch. */
export function scanOf({ picture, width }: DrawnPage, density: number): Promise<Uint8Array> {
  return sharp(picture)
    .resize({ width: Math.round((width * density) / 25.4) })
    .removeAlpha()
    .jpeg({ quality: 90 })
    .toBuffer();
}
