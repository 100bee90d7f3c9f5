import sharp from 'sharp';
import { identityDocumentDesign } from '../identity-document.ts';
import { japaneseCardDesign } from '../japanese-card.ts';
import type { Picture } from '../portrait-photo.ts';
import { type PageDesign, printedPhoto } from '../printed-page.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { type DocumentPlan, documentPage } from './document-kinds.ts';
import type { DrawnPage } from './recaptured-document.ts';

/** What a document has beside its portrait: nothing, a ghost image of it, or a photograph of somebody else, glued there any way up. */
export const BESIDE_PORTRAITS = ['nothing', 'ghost', 'somebody else'] as const;

export type BesidePortrait = (typeof BESIDE_PORTRAITS)[number];

/** Width against that of the portrait. */
const WIDTHS = { ghost: [0.25, 0.6], 'somebody else': [0.35, 1.1] } as const;
/** How much of a ghost image's ink is there. */
const INK = [0.5, 1] as const;

/** Pixels of a drawn page for each of its design's. */
const SCALE = 2;

/** A page with something beside its portrait, at a random place outside of that. */
export async function pageWithSecond(
  beside: BesidePortrait,
  plan: DocumentPlan & { readonly portrait: Picture },
  somebodyElse: Picture,
  random: SeededRandom,
): Promise<DrawnPage> {
  const page = await documentPage(plan, random);
  if (beside === 'nothing') return page;
  const design =
    plan.document === 'passport'
      ? identityDocumentDesign(plan.identity)
      : japaneseCardDesign(plan.document, plan.resident);
  const [least, most] = WIDTHS[beside];
  const width = Math.round(SCALE * design.photo.width * random.between(least, most));
  const size = { width, height: Math.round((width * design.photo.height) / design.photo.width) };
  const photo = await (beside === 'ghost'
    ? ghostOf(await printedPhoto(plan.portrait, size, SCALE), random)
    : turned(await printedPhoto(somebodyElse, size, SCALE), random));
  const picture = await sharp(page.picture)
    .composite([{ input: photo.data, ...placeFor(photo.info, design, random) }])
    .png()
    .toBuffer();
  return { ...page, picture };
}

/** In grey, and paler. */
async function ghostOf(photo: Buffer, random: SeededRandom) {
  const { data, info } = await sharp(photo)
    .greyscale()
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const ink = random.between(...INK);
  const pixels = new Uint8Array(2 * data.length);
  for (const [at, value] of data.entries()) pixels.set([60, Math.round(ink * (255 - value))], 2 * at);
  return sharp(pixels, { raw: { width: info.width, height: info.height, channels: 2 } })
    .toColourspace('srgb')
    .png()
    .toBuffer({ resolveWithObject: true });
}

/** Upright as often as not. */
function turned(photo: Buffer, random: SeededRandom) {
  const quarters = random.next() < 0.5 ? 0 : 1 + Math.floor(3 * random.next());
  return sharp(photo)
    .rotate(90 * quarters)
    .png()
    .toBuffer({ resolveWithObject: true });
}

/** A place on the page for something of that size, beside the portrait. */
function placeFor(
  { width, height }: { readonly width: number; readonly height: number },
  { photo, ...page }: PageDesign,
  random: SeededRandom,
): { left: number; top: number } {
  for (;;) {
    const left = Math.round(random.between(0, SCALE * page.width - width));
    const top = Math.round(random.between(0, SCALE * page.height - height));
    const beside = left > SCALE * (photo.left + photo.width) || left + width < SCALE * photo.left;
    const above = top > SCALE * (photo.top + photo.height) || top + height < SCALE * photo.top;
    if (beside || above) return { left, top };
  }
}
