import type { RgbImage } from '@tegata/encoded-picture';
import sharp from 'sharp';
import type { Box } from './landmarks.ts';

/** Margin around the box of a face, against its longer side: hair and chin, as portraits have them. */
const MARGIN = 0.45;

/** The square around a face, as far as it lies in the image. */
export function cutPortrait(image: RgbImage, { left: x, top: y, width, height }: Box): RgbImage {
  const side = Math.round(Math.min(Math.max(width, height) * (1 + 2 * MARGIN), image.width, image.height));
  const from = (centre: number, most: number) => Math.round(Math.min(Math.max(centre - side / 2, 0), most - side));
  const [left, top] = [from(x + width / 2, image.width), from(y + height / 2, image.height)];
  const rgb = new Uint8Array(3 * side * side);
  for (let row = 0; row < side; row++) {
    const at = 3 * ((top + row) * image.width + left);
    rgb.set(image.rgb.subarray(at, at + 3 * side), 3 * row * side);
  }
  return { width: side, height: side, rgb };
}

/** A square picture as JPEG of some pixels a side. It is made of pixels alone: nothing else of where they came from is in it. */
export function encodePortrait({ width, height, rgb }: RgbImage, side: number): Promise<Uint8Array> {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize({ width: side, height: side })
    .jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
    .toBuffer();
}
