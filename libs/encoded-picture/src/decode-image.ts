import type { RgbImage } from '@tegata/document-picture';
import sharp from 'sharp';
import { decodeJpeg2000 } from './decode-jpeg2000.ts';
import { beginsAsJpeg2000, readJpeg2000Header } from './jpeg2000-header.ts';
import { type PictureFormat, pictureFormat } from './picture-format.ts';

export type { RgbImage };

/** What an image may be at most, and what it is brought down to. */
export interface ImageLimits {
  /** octets of the encoded image */
  readonly maxOctets: number;
  /** pixels of the encoded image, checked before any is decoded */
  readonly maxPixels: number;
  /** pixels of the shorter side at least */
  readonly minSide: number;
  /** pixels of the longer side after decoding; larger images are scaled down to it */
  readonly workingSide: number;
  /** whether JPEG 2000 is taken, too: portraits in chips are, pictures of cameras are not */
  readonly jpeg2000?: boolean;
}

/** Why octets are not taken as an image. */
export type ImageRefusal = 'FORMAT' | 'TOO_LARGE' | 'TOO_SMALL' | 'UNREADABLE';

/** Octets that are not taken as an image. The message holds nothing of the image. */
export class ImageRefusedError extends Error {
  readonly refusal: ImageRefusal;

  constructor(refusal: ImageRefusal, message: string) {
    super(message);
    this.name = 'ImageRefusedError';
    this.refusal = refusal;
  }
}

/** Scans of a JPEG at most: encoders write 1 to some 20, and each of up to 2,646 that the format allows is a pass of the decoder over all pixels. */
const SCANS_MAXIMUM = 64;

/**
 * Decodes one still JPEG, PNG or WebP image, or JPEG 2000 where the limits take it.
 *
 * The format is known from the first octets before the decoder sees any, so no other of the decoder's formats (SVG, GIF,
 * TIFF, PDF, ...) is ever reached. Animations are refused, also when their first frame alone would do: what a person
 * looks at later must be what was judged. For the same reason pictures are refused through which anything shines, as whoever shows
 * them chooses what that is. Metadata is not read, neither orientation nor colour profile.
 *
 * Throws {@link ImageRefusedError}.
 */
export async function decodeImage(octets: Uint8Array, limits: ImageLimits): Promise<RgbImage> {
  if (limits.jpeg2000 && beginsAsJpeg2000(octets)) return decodePortrait(octets, limits);
  await readImageHeader(octets, limits);
  const side = limits.workingSide;
  // `failOn: error` takes what phones write with warnings, and refuses truncated and damaged data
  const decoded = await sharp(octets, { failOn: 'error', limitInputPixels: limits.maxPixels, sequentialRead: true })
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(() => undefined);
  if (decoded === undefined) throw new ImageRefusedError('UNREADABLE', 'damaged image');
  const { data, info } = decoded;
  const { width, height, channels } = info;
  if (channels === 3) return { width, height, rgb: data };
  if (channels !== 4) throw new ImageRefusedError('UNREADABLE', 'damaged image');
  return { width, height, rgb: withoutAlpha(data) };
}

/** The colours of RGBA pixels that are opaque, every one. */
function withoutAlpha(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    if (rgba[from + 3] !== 0xff) throw new ImageRefusedError('FORMAT', 'a transparent picture');
    rgb[to++] = rgba[from]!;
    rgb[to++] = rgba[from + 1]!;
    rgb[to++] = rgba[from + 2]!;
  }
  return rgb;
}

/**
 * What a JPEG, PNG or WebP image says of itself, without decoding it: refused here is all that {@link decodeImage} refuses but damaged data.
 *
 * Throws {@link ImageRefusedError}.
 */
export async function readImageHeader(
  octets: Uint8Array,
  limits: ImageLimits,
): Promise<{ readonly format: PictureFormat; readonly width: number; readonly height: number }> {
  requireOctets(octets, limits);
  const format = pictureFormat(octets);
  if (format === undefined) throw new ImageRefusedError('FORMAT', 'neither JPEG nor PNG nor WebP');
  if (format === 'PNG' && isAnimatedPng(octets)) throw new ImageRefusedError('FORMAT', 'an animation');
  if (format === 'JPEG' && scansOf(octets) > SCANS_MAXIMUM)
    throw new ImageRefusedError('FORMAT', `more than ${SCANS_MAXIMUM} scans`);
  // The header alone, whatever size it tells: the decoder's own limit does not say that it is the size that is wrong.
  const header = await sharp(octets, { failOn: 'error', limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  if (header?.format !== format.toLowerCase()) throw new ImageRefusedError('UNREADABLE', 'unreadable header');
  if ((header.pages ?? 1) > 1) throw new ImageRefusedError('FORMAT', 'an animation');
  // Of which programs make light each in their own way, some of them its opposite.
  if (header.space === 'cmyk') throw new ImageRefusedError('FORMAT', 'colours of inks');
  requireSize(header, limits);
  return { format, width: header.width, height: header.height };
}

/** The image with a longer side of at most so many pixels. */
export async function scaledDown(image: RgbImage, side: number): Promise<RgbImage> {
  const { width, height, rgb } = image;
  if (Math.max(width, height) <= side) return image;
  const { data, info } = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize({ width: side, height: side, fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data };
}

/** JPEG 2000: its header is read here, so that nothing large or strange reaches the decoder. */
async function decodePortrait(octets: Uint8Array, limits: ImageLimits): Promise<RgbImage> {
  requireOctets(octets, limits);
  const header = readJpeg2000Header(octets);
  if (!header) throw new ImageRefusedError('FORMAT', 'a JPEG 2000 picture that no portrait is');
  requireSize(header, limits);
  const decoded = await decodeJpeg2000(octets, header);
  if (!decoded) throw new ImageRefusedError('UNREADABLE', 'damaged image');
  return scaledDown(decoded, limits.workingSide);
}

function requireOctets({ length }: Uint8Array, { maxOctets }: ImageLimits): void {
  if (length > maxOctets) throw new ImageRefusedError('TOO_LARGE', `more than ${maxOctets} octets`);
}

function requireSize(
  { width, height }: { readonly width: number; readonly height: number },
  { maxPixels, minSide }: ImageLimits,
): void {
  if (width * height > maxPixels) throw new ImageRefusedError('TOO_LARGE', `more than ${maxPixels} pixels`);
  if (Math.min(width, height) < minSide) throw new ImageRefusedError('TOO_SMALL', `under ${minSide} pixels`);
}

/** How many scans a JPEG has (ITU-T T.81 annex B): entropy-coded data has no marker in it but restarts. */
function scansOf(octets: Uint8Array): number {
  let scans = 0;
  for (let at = 2; at + 3 < octets.length; ) {
    const marker = octets[at] === 0xff ? octets[at + 1]! : 0;
    if (marker === 0xd9) break;
    if (marker === 0xda) scans++;
    const alone = marker <= 0x01 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd8);
    at += alone ? 1 : 2 + ((octets[at + 2]! << 8) | octets[at + 3]!);
  }
  return scans;
}

/** Whether an animation control chunk (acTL) precedes the image data, as the APNG extension has it. */
function isAnimatedPng(octets: Uint8Array): boolean {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  for (let at = 8; at + 8 <= octets.length; ) {
    const type = String.fromCharCode(...octets.subarray(at + 4, at + 8));
    if (type === 'acTL') return true;
    if (type === 'IDAT') return false;
    at += 12 + view.getUint32(at);
  }
  return false;
}
