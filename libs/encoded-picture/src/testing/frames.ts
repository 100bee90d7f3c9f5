import sharp from 'sharp';
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
    'a net over it that is gone at half its size': {
      octets: await sharp(await image(1920, 1920).png().toBuffer())
        .composite([net])
        .removeAlpha()
        .png({ compressionLevel: 3 })
        .toBuffer(),
    },
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

/** A net of pixels, half black and half white: smoothed away by what scales it down to half, a confusion of stripes to whatever leaves pixels out. */
const net = {
  input: Buffer.from([0, 0, 0, 128, 255, 255, 255, 128, 255, 255, 255, 128, 0, 0, 0, 128]),
  raw: { width: 2, height: 2, channels: 4 },
  tile: true,
} as const;

function padded(octets: Uint8Array, length: number): Uint8Array {
  const longer = new Uint8Array(length);
  longer.set(octets);
  return longer;
}
