import sharp, { type OverlayOptions } from 'sharp';
import { clampByte } from './camera.ts';
import type { Picture } from './portrait-photo.ts';
import { type PrintedText, printed } from './printed-text.ts';
import type { SeededRandom } from './seeded-random.ts';

/** A document before it is printed. Pixels. */
export interface PageDesign {
  readonly width: number;
  readonly height: number;
  readonly paper: string;
  readonly photo: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  readonly lines: readonly PrintedText[];
  /** colour of the pattern, and what is drawn over it, as SVG */
  readonly pattern: string;
  readonly drawn: string;
}

/**
 * Prints a document with a portrait and photographs it: portrait softened, half-toned and overprinted with the document's pattern,
 * slightly turned on a table, uneven light, grain. JPEG, about 250 KB.
 *
 * `portrait` is a square picture with the face in its middle; a document without one has none.
 */
export async function photographedDocument(
  design: PageDesign,
  portrait: Picture | undefined,
  random: SeededRandom,
): Promise<Uint8Array> {
  return photographPage(await drawnPage(design, portrait, random), design, random);
}

/** The page as it goes to the printer, PNG. `scale`: pixels drawn for each of the design's, a whole number. */
export async function drawnPage(
  design: PageDesign,
  portrait: Picture | undefined,
  random: SeededRandom,
  scale = 1,
): Promise<Uint8Array> {
  const { paper, photo, pattern, drawn, lines } = design;
  const [width, height] = [scale * design.width, scale * design.height];
  const place = { left: scale * photo.left, top: scale * photo.top };
  const size = { width: scale * photo.width, height: scale * photo.height };
  const photos: OverlayOptions[] = portrait ? [{ input: await printedPhoto(portrait, size, scale), ...place }] : [];
  const drawing = (content: string) => ({ input: svg(design, content, scale) });
  const scaled = ({ left, top, size: font, ...line }: PrintedText): PrintedText => ({
    ...line,
    ...{ left: scale * left, top: scale * top, size: scale * font },
  });
  return sharp({ create: { width, height, channels: 3, background: paper } })
    .composite([
      drawing(guilloche(design, random, pattern, 26)),
      ...photos,
      drawing(guilloche(design, random, '#7f9db255', 9) + drawn),
      ...(await Promise.all(lines.map((line) => printed(scaled(line))))),
    ])
    .png()
    .toBuffer();
}

/** The portrait as a printer leaves it: cropped to 35 x 45 mm, soft, paler, in fewer colours. */
export async function printedPhoto(
  { side, rgb }: Picture,
  photo: { readonly width: number; readonly height: number },
  scale: number,
): Promise<Buffer> {
  const width = Math.round(side * 0.66);
  const height = Math.round((width * photo.height) / photo.width);
  return sharp(rgb, { raw: { width: side, height: side, channels: 3 } })
    .extract({ left: Math.round((side - width) / 2), top: 0, width, height: Math.min(side, height) })
    .resize(photo.width, photo.height, { fit: 'cover' })
    .blur(1.6 * scale)
    .modulate({ saturation: 0.45, brightness: 1.05 })
    .linear(0.82, 28)
    .png()
    .toBuffer();
}

/** Fine waves across the page, as security printing has them. */
function guilloche({ width, height }: PageDesign, random: SeededRandom, colour: string, lines: number): string {
  const phase = random.between(0, 6);
  return Array.from({ length: lines }, (_, line) => {
    const middle = ((line + 0.5) * height) / lines;
    const points = Array.from({ length: 84 }, (_, k) => {
      const x = (k * width) / 83;
      const y = middle + 22 * Math.sin(x / 90 + phase + line * 0.55) + 9 * Math.sin(x / 31 - line * 0.3);
      return `${k === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    });
    return stroke(points.join(''), 1.2, colour);
  }).join('');
}

function stroke(path: string, width: number, colour: string): string {
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

function svg({ width, height }: PageDesign, content: string, scale: number): Buffer {
  const size = `width="${scale * width}" height="${scale * height}" viewBox="0 0 ${width} ${height}"`;
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${size}>${content}</svg>`);
}

/** How much of the table is seen around a document. */
const MARGIN = { x: 75, y: 65 } as const;

/** The document on a table, slightly turned, lit from one side, as a telephone's camera sees it. */
export async function photographPage(page: Uint8Array, design: PageDesign, random: SeededRandom): Promise<Uint8Array> {
  const turned = await sharp(page)
    .rotate(random.between(-2, 2), { background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .png()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = { width: design.width + 2 * MARGIN.x, height: design.height + 2 * MARGIN.y };
  const left = Math.round((width - turned.info.width) / 2);
  const top = Math.round((height - turned.info.height) / 2);
  const table = await sharp({ create: { width, height, channels: 3, background: '#6d5a49' } })
    .composite([{ input: turned.data, left, top }])
    .blur(0.7)
    .removeAlpha()
    .raw()
    .toBuffer();
  const slope = random.between(-0.16, 0.16);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = 0.95 + slope * (x / width - 0.5) - 0.08 * (y / height);
      const grain = random.normal() * 3;
      for (let at = 3 * (y * width + x), c = 0; c < 3; c++) table[at + c] = clampByte(table[at + c]! * light + grain);
    }
  }
  return sharp(table, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 80 })
    .toBuffer();
}
