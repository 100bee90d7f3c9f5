import { createHash } from 'node:crypto';
import sharp from 'sharp';

/** Patches across a drawn frame, and its side in pixels. */
const PATCHES = 12;
const SIDE = 320;

/** A frame that shows soft patches of colour, as a JPEG: another view for each name, the same octets for the same. */
export async function drawnFrame(name: string): Promise<Uint8Array> {
  const patches = createHash('shake256', { outputLength: 3 * PATCHES ** 2 })
    .update(name)
    .digest();
  return sharp(patches, { raw: { width: PATCHES, height: PATCHES, channels: 3 } })
    .resize(SIDE, SIDE)
    .jpeg({ quality: 90 })
    .toBuffer();
}
