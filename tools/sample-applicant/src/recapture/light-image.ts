import sharp from 'sharp';

const { max, min } = Math;

/** A picture in amounts of light, 0 to 1, three channels in turn. */
export interface LightImage {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

const linear = Float32Array.from({ length: 256 }, (_, k) =>
  k / 255 <= 0.04045 ? k / 255 / 12.92 : ((k / 255 + 0.055) / 1.055) ** 2.4,
);

/** A picture file as light, scaled to a width and softened as the lens will. `blur` in pixels of the result. */
export async function lightImage(file: Uint8Array, width: number | undefined, blur: number): Promise<LightImage> {
  let picture = sharp(file).removeAlpha().toColourspace('srgb');
  if (width !== undefined) picture = sharp(await picture.resize({ width }).png().toBuffer());
  if (blur >= 0.3) picture = picture.blur(blur);
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, values: Float32Array.from(data, (octet) => linear[octet]!) };
}

/** Light of one channel between pixels, at a place given in pixels. */
export function lightAt({ width, height, values }: LightImage, x: number, y: number, channel: number): number {
  const px = min(max(x - 0.5, 0), width - 1.001);
  const py = min(max(y - 0.5, 0), height - 1.001);
  const [x0, y0] = [px | 0, py | 0];
  const [fx, fy] = [px - x0, py - y0];
  const at = 3 * (y0 * width + x0) + channel;
  const below = at + 3 * width;
  return (
    (values[at]! * (1 - fx) + values[at + 3]! * fx) * (1 - fy) +
    (values[below]! * (1 - fx) + values[below + 3]! * fx) * fy
  );
}
