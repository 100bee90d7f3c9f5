import sharp from 'sharp';
import { clampByte } from './camera.ts';
import { machineReadableZone } from './machine-readable-zone.ts';
import type { InventedIdentity } from './people.ts';
import type { Picture } from './portrait-photo.ts';
import type { SeededRandom } from './seeded-random.ts';
import { textPath } from './stroke-font.ts';

/** The data page, 125 x 88 mm at ten pixels a millimetre. */
const PAGE = { width: 1250, height: 880 };
/** The portrait on it. */
const PHOTO = { left: 60, top: 170, width: 350, height: 450 };
/** The picture of it: the page on a table. */
const TABLE = { width: 1400, height: 1010 };

/**
 * Draws the data page of an invented passport with a portrait, printed and photographed: portrait softened, half-toned and
 * overprinted with the page's pattern, page slightly turned on a table, uneven light, grain. JPEG, about 250 KB.
 *
 * `portrait` is a square picture with the face in its middle.
 */
export async function drawIdentityDocument(
  identity: InventedIdentity,
  portrait: Picture,
  random: SeededRandom,
): Promise<Uint8Array> {
  const page = await sharp({ create: { width: PAGE.width, height: PAGE.height, channels: 3, background: '#f3efe4' } })
    .composite([
      { input: svg(guilloche(random, '#b9c9d6', 26)) },
      { input: await printedPhoto(portrait), left: PHOTO.left, top: PHOTO.top },
      { input: svg(guilloche(random, '#7f9db255', 9) + lettering(identity)) },
    ])
    .png()
    .toBuffer();
  return photographPage(page, random);
}

/** The portrait as a printer leaves it: cropped to 35 x 45 mm, soft, paler, in fewer colours. */
async function printedPhoto({ side, rgb }: Picture): Promise<Buffer> {
  const width = Math.round(side * 0.66);
  const height = Math.round((width * PHOTO.height) / PHOTO.width);
  return sharp(rgb, { raw: { width: side, height: side, channels: 3 } })
    .extract({ left: Math.round((side - width) / 2), top: 0, width, height: Math.min(side, height) })
    .resize(PHOTO.width, PHOTO.height, { fit: 'cover' })
    .blur(1.6)
    .modulate({ saturation: 0.45, brightness: 1.05 })
    .linear(0.82, 28)
    .png()
    .toBuffer();
}

function lettering(identity: InventedIdentity): string {
  const label = (text: string, x: number, y: number) => stroke(textPath(text, { x, y, height: 13 }), 1.6, '#5a6a76');
  const value = (text: string, x: number, y: number) => stroke(textPath(text, { x, y, height: 24 }), 3, '#1d2429');
  const field = (name: string, text: string, x: number, y: number) => label(name, x, y) + value(text, x, y + 38);
  const [upper, lower] = machineReadableZone(identity);
  const zone = (text: string, y: number) => stroke(textPath(text, { x: 60, y, height: 25 }), 3.2, '#15191c');
  return [
    stroke(textPath('UTOPIA', { x: 60, y: 90, height: 40 }), 5, '#2b4a63'),
    stroke(textPath('PASSPORT', { x: 470, y: 90, height: 40 }), 5, '#2b4a63'),
    label('SPECIMEN - INVENTED PERSON', 60, 135),
    field('DOCUMENT NO.', identity.documentNumber, 470, 190),
    field('SURNAME', identity.familyName, 470, 270),
    field('GIVEN NAMES', identity.givenName, 470, 350),
    field('NATIONALITY', 'UTOPIAN', 470, 430),
    field('DATE OF BIRTH', identity.birthDate, 470, 510),
    field('SEX', identity.sex, 860, 510),
    field('DATE OF EXPIRY', identity.expiryDate, 470, 590),
    zone(upper, 760),
    zone(lower, 830),
  ].join('');
}

/** Fine waves across the page, as security printing has them. */
function guilloche(random: SeededRandom, colour: string, lines: number): string {
  const phase = random.between(0, 6);
  return Array.from({ length: lines }, (_, line) => {
    const middle = ((line + 0.5) * PAGE.height) / lines;
    const points = Array.from({ length: 84 }, (_, k) => {
      const x = (k * PAGE.width) / 83;
      const y = middle + 22 * Math.sin(x / 90 + phase + line * 0.55) + 9 * Math.sin(x / 31 - line * 0.3);
      return `${k === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    });
    return stroke(points.join(''), 1.2, colour);
  }).join('');
}

function stroke(path: string, width: number, colour: string): string {
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

function svg(content: string): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${PAGE.width}" height="${PAGE.height}">${content}</svg>`,
  );
}

/** The page on a table, slightly turned, lit from one side, as a telephone's camera sees it. */
async function photographPage(page: Uint8Array, random: SeededRandom): Promise<Uint8Array> {
  const turned = await sharp(page)
    .rotate(random.between(-2, 2), { background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .png()
    .toBuffer({ resolveWithObject: true });
  const left = Math.round((TABLE.width - turned.info.width) / 2);
  const top = Math.round((TABLE.height - turned.info.height) / 2);
  const { width, height } = TABLE;
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
