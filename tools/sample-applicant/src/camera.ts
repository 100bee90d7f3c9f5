import sharp from 'sharp';
import type { Picture } from './portrait-photo.ts';
import type { SeededRandom } from './seeded-random.ts';

// taken out of Math once: inside a vm context, as tests run in, every look at a global costs more than the sum it is for
const { max, min, round } = Math;

/** What a camera adds of its own. */
export interface CameraQuality {
  /** standard deviation of the noise, grey levels */
  readonly grain: number;
  /** of its JPEGs */
  readonly quality: number;
}

/** An ordinary one: a frame of 480 pixels takes about 25 KB. */
const ORDINARY: CameraQuality = { grain: 2, quality: 82 };

/**
 * What a camera makes of a view: its gain wanders, its sensor is noisy, its output is a JPEG.
 *
 * @param balance how far its white balance wanders from frame to frame, each channel's gain by itself; 0 when left out
 */
export async function photograph(
  view: Picture,
  random: SeededRandom,
  balance = 0,
  { grain: deviation, quality }: CameraQuality = ORDINARY,
): Promise<Uint8Array> {
  const { side } = view;
  const exposure = 1 + random.normal() * 0.012;
  const gains = [0, 1, 2].map(() => exposure * (balance === 0 ? 1 : 1 + random.normal() * balance));
  const noisy = new Uint8Array(view.rgb.length);
  for (let pixel = 0; pixel < view.rgb.length; pixel += 3) {
    // mostly in brightness, as cameras leave it after their own noise reduction
    const grain = random.normal() * deviation;
    for (let c = 0; c < 3; c++) noisy[pixel + c] = clampByte(view.rgb[pixel + c]! * gains[c]! + grain);
  }
  return sharp(noisy, { raw: { width: side, height: side, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
}

/** The nearest brightness there is. */
export function clampByte(value: number): number {
  return max(0, min(255, round(value)));
}
