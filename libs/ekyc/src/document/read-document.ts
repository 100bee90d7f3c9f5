import type { RgbImage } from '../decode-image.ts';
import type { DocumentPicture, DocumentReading, DocumentType } from './document-reading.ts';
import { cropped, type GreyPlane, greyPlane, halfTurned } from './grey-plane.ts';
import { type Quad, straightened } from './homography.ts';
import { CARD_SIZES, type CardSize, type LocatedCard, locateCards } from './locate-card.ts';
import type { TemplateSet } from './ocr-b-templates.ts';
import { pictureQuality } from './picture-quality.ts';
import { documentByTitle, type PrintedLine, printedFields, showsMyNumber } from './printed-fields.ts';
import { type MrzReading, readMrz } from './read-mrz.ts';
import { TEXT_MODEL_SET, type Tesseract } from './tesseract.ts';
import { cutLine, findTextLines, type TextLine } from './text-lines.ts';

/** Pixels a millimetre that documents are straightened to: capitals of a machine readable zone are 29 high. */
const RESOLUTION = 12;
/** From this support of its outline on, a document is taken to lie in the picture; below it may fill it. */
const SURE_SUPPORT = 0.85;
/** Proportions of a picture that a document fills may be off by so much (natural logarithm). */
const FILLING = 0.05;
/** Degrees by which rows of a document may lean: straightened, and where its outline was not found. */
const LEANING = { straightened: 4, unlocated: 14 } as const;
/** Lines read on one document at most: what has more is no identity document, and would take long. */
const MAX_LINES = 24;

/** What reads: drawn characters and Tesseract. */
export interface DocumentReaders {
  readonly templates: readonly TemplateSet[];
  readonly tesseract: Tesseract;
}

/** Reads a decoded picture of a document. One to three seconds. `between` is called between steps and may throw to give up. */
export function readDocument(image: RgbImage, readers: DocumentReaders, between: () => void): DocumentReading {
  const grey = greyPlane(image);
  const cards = locateCards(grey);
  between();
  const placed = placeDocument(grey, cards);
  const plane = straight(grey, placed);
  const picture = { ...placed.picture, ...pictureQuality(plane), chroma: chromaOf(image) };
  const leaning = placed.picture.located ? LEANING.straightened : LEANING.unlocated;
  between();
  const mrz = readMrz(plane, readers.templates, readers.tesseract, leaning);
  between();
  const read = mrz ? beside(plane, mrz, readers, between) : withoutMrz(plane, readers, between);
  return { picture, mrz, ...read, models: TEXT_MODEL_SET };
}

interface Placed {
  readonly corners: Quad;
  readonly size: CardSize;
  readonly picture: Omit<DocumentPicture, 'sharpness' | 'glareShare' | 'chroma'>;
}

/** Where the document is: its outline, or the whole picture. */
function placeDocument({ width, height }: GreyPlane, cards: readonly LocatedCard[]): Placed {
  const filling = sizeFilledBy(width, height);
  const [card] = cards;
  const located = card !== undefined && (card.support >= SURE_SUPPORT || filling === undefined);
  const corners = located ? card.corners : landscape(width, height);
  const length = (a: number, b: number) => Math.hypot(corners[a]!.x - corners[b]!.x, corners[a]!.y - corners[b]!.y);
  const longer = (length(0, 1) + length(2, 3)) / 2;
  const beyond = Math.max(
    0,
    ...corners.flatMap(({ x, y }) => [-x, -y, x - (width - 1), y - (height - 1)]).map((pixels) => pixels / longer),
  );
  return {
    corners,
    size: located ? card.size : (filling ?? 'ID-3'),
    picture: {
      located,
      documents: cards.filter((other) => other.support >= SURE_SUPPORT && areaShare(other, cards[0]!) > 0.3).length,
      width: longer,
      beyondEdge: located ? beyond : 0,
    },
  };
}

/** The size of document whose proportions a picture has. */
function sizeFilledBy(width: number, height: number): CardSize | undefined {
  const proportion = Math.log(Math.max(width, height) / Math.min(width, height));
  return (Object.keys(CARD_SIZES) as CardSize[]).find((size) => {
    const { width: w, height: h } = CARD_SIZES[size];
    return Math.abs(proportion - Math.log(w / h)) <= FILLING;
  });
}

/** A whole picture, its longer side first. */
function landscape(width: number, height: number): Quad {
  const [left, right, top, bottom] = [-0.5, width - 0.5, -0.5, height - 0.5];
  const [a, b, c, d] = [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
  return width >= height ? [a!, b!, c!, d!] : [b!, c!, d!, a!];
}

function areaShare(one: LocatedCard, other: LocatedCard): number {
  const area = ({ corners }: LocatedCard) =>
    Math.abs(corners.reduce((sum, { x, y }, k) => sum + x * corners[(k + 1) % 4]!.y - corners[(k + 1) % 4]!.x * y, 0));
  return area(one) / area(other);
}

/** The document as a scanner would show it. A document whose proportions are unknown keeps those of the picture. */
function straight(grey: GreyPlane, { corners, size, picture }: Placed): GreyPlane {
  const { width, height } = CARD_SIZES[size];
  const pixels = Math.round(width * RESOLUTION);
  const fits = picture.located || sizeFilledBy(grey.width, grey.height) !== undefined;
  const proportion = fits ? height / width : Math.min(grey.width, grey.height) / Math.max(grey.width, grey.height);
  const plane = straightened(grey, corners, pixels, Math.round(pixels * proportion));
  if (plane === undefined) throw new Error('a located document has no outline');
  return plane;
}

/** Mean difference between the strongest and the weakest colour of a pixel. */
function chromaOf({ rgb }: RgbImage): number {
  let [sum, n] = [0, 0];
  for (let at = 0; at + 2 < rgb.length; at += 3 * 7) {
    sum += Math.max(rgb[at]!, rgb[at + 1]!, rgb[at + 2]!) - Math.min(rgb[at]!, rgb[at + 1]!, rgb[at + 2]!);
    n++;
  }
  return n === 0 ? 0 : sum / n;
}

type Read = Pick<DocumentReading, 'type' | 'numberSide' | 'printed' | 'printedText'>;

/** The printed zone above a machine readable zone. */
function beside(plane: GreyPlane, mrz: MrzReading, { tesseract }: DocumentReaders, between: () => void): Read {
  const upright = mrz.upsideDown ? halfTurned(plane) : plane;
  const above = Math.max(40, Math.floor(mrz.top) - 10);
  const zone = cropped(upright, 0, 0, upright.width, Math.min(above, upright.height));
  const lines = readLines(zone, findTextLines(zone).slice(0, MAX_LINES), tesseract, between);
  const type: DocumentType = mrz.templates.lines[0]!.startsWith('P') ? 'passport' : 'identity-card';
  return { type, numberSide: false, printed: {}, printedText: lines.map(({ text }) => text) };
}

/** A Japanese document, the right way up or upside down. */
function withoutMrz(plane: GreyPlane, { tesseract }: DocumentReaders, between: () => void): Read {
  const nothing: Read = { type: undefined, numberSide: false, printed: {}, printedText: [] };
  const views = [plane, halfTurned(plane)].map((view) => ({ view, places: findTextLines(view) }));
  const readable = views.filter(({ places }) => places.length > 0 && places.length <= 4 * MAX_LINES);
  if (readable.length === 0) return nothing;
  const sampled = readable.map(({ view, places }) => {
    between();
    const widest = places.toSorted((a, b) => b.width - a.width).slice(0, 3);
    const read = readLines(view, widest, tesseract, between);
    return { view, places, confidence: read.reduce((sum, { confidence }) => sum + confidence, 0) };
  });
  const { view, places } = sampled.reduce((best, other) => (other.confidence > best.confidence ? other : best));
  const lines = readLines(view, places.slice(0, MAX_LINES), tesseract, between);
  if (showsMyNumber(lines)) return { ...nothing, type: 'my-number-card', numberSide: true };
  const type = documentByTitle(lines);
  if (type === undefined) return nothing;
  const digits = (line: PrintedLine) =>
    tesseract.latin(cutLine(view, line, 64), { layout: 'line', characters: '0123456789' }).text.replaceAll(/\D/g, '');
  return { ...nothing, type, printed: printedFields(type, lines, digits) };
}

/** Heights that a line is shown at, the next where the one before was not read with this confidence. */
const SHOWN_HEIGHTS = [56, 44, 72] as const;
const SURE_CONFIDENCE = 88;

function readLines(
  view: GreyPlane,
  places: readonly TextLine[],
  tesseract: Tesseract,
  between: () => void,
): PrintedLine[] {
  return places.map((place) => {
    between();
    let best = { text: '', confidence: -1 };
    for (const height of SHOWN_HEIGHTS) {
      const read = tesseract.japanese(cutLine(view, place, height), { layout: 'line' });
      if (read.confidence > best.confidence) best = read;
      if (best.confidence >= SURE_CONFIDENCE) break;
    }
    return { ...place, ...best };
  });
}
