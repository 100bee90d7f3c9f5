import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { type Picture, PORTRAIT_SIDE } from './portrait-photo.ts';

/** Photographs of a folder that end in `_document.jpg`, in the order of their names; none without a folder. */
export async function portraitFiles(folder: string | undefined): Promise<Picture[]> {
  if (folder === undefined) return [];
  const names = (await readdir(folder)).filter((name) => name.endsWith('_document.jpg')).sort();
  return Promise.all(
    names.map(async (name) => {
      const square = sharp(await readFile(join(folder, name))).resize(PORTRAIT_SIDE, PORTRAIT_SIDE, { fit: 'cover' });
      return { side: PORTRAIT_SIDE, rgb: new Uint8Array(await square.removeAlpha().raw().toBuffer()) };
    }),
  );
}
