import { createHash, createHmac } from 'node:crypto';
import { decodeImage, FRAME_LIMITS, ImageRefusedError, type RgbImage } from '@tegata/encoded-picture';
import { type GreySquare, greyAreas, highPass } from './grey-image.ts';
import { THRESHOLDS } from './thresholds.ts';

/** Side of the view that is compared, and the radius of the shading that is taken from it, in its values. */
const VIEW_SIDE = 32;
const SHADING_RADIUS = 3;
/** Digests of the view, and the signs that each is made of. */
const VIEW_DIGESTS = 3;
const SIGNS = 384;
/** Octets of a digest: of 10^8 kept ones, one is met by chance once in 10^11 looks. */
const DIGEST_OCTETS = 8;

/**
 * By what a frame is known again. All are HMACs of 8 octets, in hex: nothing of the picture can be told from them, and
 * without the key not even whether a picture at hand is meant.
 */
export interface FrameDigests {
  /** of the pixels as they are judged: metadata and how they are packed do not count, a single other pixel does */
  readonly picture: string;
  /** of the view in them: each is likely the same after the picture was encoded again, scaled down or made darker */
  readonly view: readonly string[];
}

/** Digests of frames in order. `between` is called between frames and may throw to give up. */
export async function digestFrames(
  frames: readonly Uint8Array[],
  key: Uint8Array,
  between: () => void,
): Promise<(FrameDigests | undefined)[]> {
  const digester = new FrameDigester(key);
  const digests: (FrameDigests | undefined)[] = [];
  for (const octets of frames) {
    between();
    digests.push(await digester.digest(octets));
  }
  return digests;
}

/**
 * Digests of frames under one key. A view is 32 by 32 means of brightness without their shading; a digest of it is that of the signs of 384
 * sums, in each of which the key has drawn what is added and what is taken away. Views at a small angle have nearly all signs in common.
 */
export class FrameDigester {
  readonly #key: Uint8Array;
  /** for each sign, +1 or -1 for each value of the view */
  readonly #weights: Int8Array;

  constructor(key: Uint8Array) {
    this.#key = key;
    const count = VIEW_DIGESTS * SIGNS * VIEW_SIDE ** 2;
    const drawn = createHash('shake256', { outputLength: count / 8 })
      .update('frame view')
      .update(key)
      .digest();
    this.#weights = new Int8Array(count);
    for (let k = 0; k < count; k++) this.#weights[k] = (drawn[k >> 3]! >> (k & 7)) & 1 ? 1 : -1;
  }

  /** Undefined for what is no picture, or shows nothing: a lens that is covered gives the same frame to everybody. */
  async digest(octets: Uint8Array): Promise<FrameDigests | undefined> {
    const image = await decodeImage(octets, FRAME_LIMITS).catch((error: unknown) => {
      if (error instanceof ImageRefusedError) return undefined;
      throw error;
    });
    if (image === undefined) return undefined;
    const view = highPass(greyAreas(image, VIEW_SIDE), SHADING_RADIUS);
    if (contrast(view) < THRESHOLDS.minViewContrast) return undefined;
    return { picture: this.#pictureDigest(image), view: this.#viewDigests(view) };
  }

  #pictureDigest({ width, height, rgb }: RgbImage): string {
    return this.#hmac(`picture ${width} ${height} `, rgb);
  }

  #viewDigests({ values }: GreySquare): string[] {
    return Array.from({ length: VIEW_DIGESTS }, (_, n) => {
      const signs = new Uint8Array(SIGNS);
      for (let k = 0; k < SIGNS; k++) {
        const from = (n * SIGNS + k) * values.length;
        let sum = 0;
        for (let cell = 0; cell < values.length; cell++) sum += this.#weights[from + cell]! * values[cell]!;
        signs[k] = sum > 0 ? 1 : 0;
      }
      return this.#hmac(`view ${n} `, signs);
    });
  }

  #hmac(of: string, octets: Uint8Array): string {
    return createHmac('sha256', this.#key)
      .update(of)
      .update(octets)
      .digest('hex')
      .slice(0, 2 * DIGEST_OCTETS);
  }
}

/** Root of the mean square. */
function contrast({ values }: GreySquare): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
