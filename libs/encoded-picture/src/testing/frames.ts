import sharp, { type Sharp } from 'sharp';
import type { ImageRefusal, RgbImage } from '../decode-image.ts';

/** A picture in the form of a file, and why it is not taken as a frame. */
export interface EncodedFrame {
  readonly octets: Uint8Array;
  readonly refusal?: ImageRefusal;
}

/**
 * One picture in many forms of file, by what is special about each. Whoever decodes frames takes the same of them, upright as their pixels lie, and refuses the same.
 *
 * @param picture square
 */
export async function encodedFrames(picture: RgbImage): Promise<Readonly<Record<string, EncodedFrame>>> {
  const { width, height, rgb } = picture;
  const image = (across = width, down = height) =>
    sharp(rgb, { raw: { width, height, channels: 3 } }).resize(across, down, { fit: 'fill' });
  const jpeg = await image().jpeg({ quality: 95 }).toBuffer();
  return {
    'a JPEG': { octets: jpeg },
    'a PNG': { octets: await image().png().toBuffer() },
    'a WebP': { octets: await image().webp({ quality: 95 }).toBuffer() },
    'an orientation that turns it upside down': {
      octets: await sharp(jpeg).withMetadata({ orientation: 3 }).jpeg({ quality: 95 }).toBuffer(),
    },
    'a net over it that is gone at half its size': { octets: await underNet(image(1920, 1920)) },
    'as many pixels as are allowed': { octets: await image(2000, 2000).jpeg().toBuffer() },
    'more pixels than are allowed': { octets: await image(2001, 2000).jpeg().toBuffer(), refusal: 'TOO_LARGE' },
    'as few pixels as are allowed': { octets: await image(240, 240).jpeg().toBuffer() },
    'fewer pixels than are allowed': { octets: await image(239, 240).jpeg().toBuffer(), refusal: 'TOO_SMALL' },
    'octets after its end, as many as are allowed': { octets: padded(jpeg, 512 * 1024) },
    'more octets than are allowed': { octets: padded(jpeg, 512 * 1024 + 1), refusal: 'TOO_LARGE' },
    'a GIF': { octets: await image().gif().toBuffer(), refusal: 'FORMAT' },
    'a TIFF': { octets: await image().tiff().toBuffer(), refusal: 'FORMAT' },
    'a JPEG that ends too soon': { octets: jpeg.subarray(0, jpeg.length - 500), refusal: 'UNREADABLE' },
  };
}

/** Every other pixel brighter and darker: smoothed away by what scales it down to half, a confusion of stripes to whatever leaves pixels out. */
async function underNet(image: Sharp): Promise<Uint8Array> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  data.forEach((value, at) => {
    const pixel = Math.floor(at / channels);
    const isBright = ((pixel % width) + Math.floor(pixel / width)) % 2 === 1;
    data[at] = Math.max(0, Math.min(255, value + (isBright ? 120 : -120)));
  });
  return sharp(data, { raw: { width, height, channels } }).png().toBuffer();
}

function padded(octets: Uint8Array, length: number): Uint8Array {
  const longer = new Uint8Array(length);
  longer.set(octets);
  return longer;
}
