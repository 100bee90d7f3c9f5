import { createRequire } from 'node:module';
import { OCR_B, OCR_B_OUTLINES } from '@tegata/ekyc';
import sharp, { type OverlayOptions } from 'sharp';

const require = createRequire(import.meta.url);
/** A Japanese font under the Apache licence (docs/models.md): documents look the same on machines without fonts. */
const fontfile = require.resolve('@expo-google-fonts/kosugi/Kosugi_400Regular.ttf');
const font = 'MotoyaLCedar';

/** Where and how large a line of text stands on a document, pixels. */
export interface PrintedText {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  /** size of the font */
  readonly size: number;
  readonly colour?: string;
}

/** A line of text to lay over a document. */
export async function printed({ text, left, top, size, colour = '#1d2429' }: PrintedText): Promise<OverlayOptions> {
  const markup = `<span foreground="${colour}">${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</span>`;
  const input = await sharp({ text: { text: markup, font: `${font} ${size}`, fontfile, dpi: 72, rgba: true } })
    .png()
    .toBuffer();
  return { input, left, top };
}

/** How characters of a machine readable zone are set: ICAO 9303-3 section 4.3, ten pixels a millimetre. */
const ZONE = { pitch: 25.4, capHeight: 24 } as const;

/** SVG path of a line of a machine readable zone in OCR-B, its first character beginning at `left`. */
export function zoneLine(line: string, left: number, baseline: number): string {
  const unit = ZONE.capHeight / OCR_B.capHeight;
  return [...line]
    .map((character, k) => {
      const x = left + (k + 0.5) * ZONE.pitch - OCR_B.middle * unit;
      const place = `translate(${x.toFixed(2)} ${baseline}) scale(${unit.toFixed(5)} ${(-unit).toFixed(5)})`;
      return `<path transform="${place}" d="${OCR_B_OUTLINES[character] ?? ''}" fill="#15191c"/>`;
    })
    .join('');
}
