import sharp from 'sharp';
import { OCR_B, OCR_B_OUTLINES } from './ocr-b-outlines.ts';

/** Size of a template in pixels; a capital is `capHeight` of them high and stands in the middle. */
export const TEMPLATE = { width: 21, height: 31, capHeight: 27 } as const;

/** One character as the reader expects it: mean taken away, of length one, so that a product with a patch is a correlation. */
export interface CharacterTemplate {
  readonly character: string;
  readonly values: Float32Array;
}

/** Templates of all 37 characters, as a printer and a lens soften them. */
export interface TemplateSet {
  /** standard deviation of the blur, in pixels of the template */
  readonly softness: number;
  readonly templates: readonly CharacterTemplate[];
}

/** How soft printing is expected: as a sharp picture shows it, and as a blurred one does. */
const SOFTNESSES = [0.9, 1.9] as const;

/** Draws the templates from the outlines. About 30 ms, once. */
export async function drawTemplates(): Promise<TemplateSet[]> {
  const sets: TemplateSet[] = [];
  for (const softness of SOFTNESSES) {
    const templates: CharacterTemplate[] = [];
    for (const [character, outline] of Object.entries(OCR_B_OUTLINES)) {
      templates.push({ character, values: normalised(await drawn(outline, softness)) });
    }
    sets.push({ softness, templates });
  }
  return sets;
}

async function drawn(outline: string, softness: number): Promise<Float32Array> {
  const { width, height, capHeight } = TEMPLATE;
  const unit = capHeight / OCR_B.capHeight;
  const baseline = (height + capHeight) / 2;
  const transform = `translate(${width / 2 - OCR_B.middle * unit} ${baseline}) scale(${unit} ${-unit})`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fff"/><path transform="${transform}" d="${outline}"/></svg>`;
  const grey = await sharp(Buffer.from(svg)).blur(softness).greyscale().raw().toBuffer();
  return Float32Array.from(grey);
}

function normalised(values: Float32Array): Float32Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
  return centred.map((value) => value / length);
}
