import {
  cropped,
  type GreyPlane,
  halfTurned,
  pictureFaults,
  type RgbImage,
  straightenDocument,
} from '@tegata/document-picture';
import type { DocumentReading, DocumentType } from './document-reading.ts';
import type { TemplateSet } from './ocr-b-templates.ts';
import { documentByTitle, type PrintedLine, printedFields, showsMyNumber } from './printed-fields.ts';
import { type MrzReading, readMrz } from './read-mrz.ts';
import { TEXT_MODEL_SET, type Tesseract } from './tesseract.ts';
import { cutLine, findTextLines, type TextLine } from './text-lines.ts';

/** Degrees by which rows of a document may lean: straightened, and where its outline was not found. */
const LEANING = { straightened: 4, unlocated: 14 } as const;
/** Lines read on one document at most: what has more is no identity document, and would take long. */
const MAX_LINES = 24;

/** What reads: drawn characters and Tesseract. */
export interface DocumentReaders {
  readonly templates: readonly TemplateSet[];
  readonly tesseract: Tesseract;
}

/** The picture of a document: as it is read, and with as many pixels as patterns of screens and prints are looked for in. */
export interface DecodedDocument {
  readonly image: RgbImage;
  readonly fine: RgbImage;
}

/** Reads a decoded picture of a document. One to three seconds. `legibleOnly` leaves a picture with faults unread. `between` is called between steps and may throw to give up. */
export function readDocument(
  { image, fine }: DecodedDocument,
  readers: DocumentReaders,
  legibleOnly: boolean,
  between: () => void,
): DocumentReading {
  const { plane, picture } = straightenDocument(image, { between, fine });
  if (legibleOnly && pictureFaults(picture).length > 0) {
    return { picture, mrz: undefined, ...nothingRead, models: TEXT_MODEL_SET };
  }
  const leaning = picture.located ? LEANING.straightened : LEANING.unlocated;
  between();
  const mrz = readMrz(plane, readers.templates, readers.tesseract, leaning);
  between();
  const read = mrz ? beside(plane, mrz, readers, between) : withoutMrz(plane, readers, between);
  return { picture, mrz, ...read, models: TEXT_MODEL_SET };
}

type Read = Pick<DocumentReading, 'type' | 'numberSide' | 'printed' | 'printedText'>;

const nothingRead: Read = { type: undefined, numberSide: false, printed: {}, printedText: [] };

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
  const views = [plane, halfTurned(plane)].map((view) => ({ view, places: findTextLines(view) }));
  const readable = views.filter(({ places }) => places.length > 0 && places.length <= 4 * MAX_LINES);
  if (readable.length === 0) return nothingRead;
  const sampled = readable.map(({ view, places }) => {
    between();
    const widest = places.toSorted((a, b) => b.width - a.width).slice(0, 3);
    const read = readLines(view, widest, tesseract, between);
    return { view, places, confidence: read.reduce((sum, { confidence }) => sum + confidence, 0) };
  });
  const { view, places } = sampled.reduce((best, other) => (other.confidence > best.confidence ? other : best));
  const lines = readLines(view, places.slice(0, MAX_LINES), tesseract, between);
  if (showsMyNumber(lines)) return { ...nothingRead, type: 'my-number-card', numberSide: true };
  const type = documentByTitle(lines);
  if (type === undefined) return nothingRead;
  const digits = (line: PrintedLine) =>
    tesseract.latin(cutLine(view, line, 64), { layout: 'line', characters: '0123456789' }).text.replaceAll(/\D/g, '');
  return { ...nothingRead, type, printed: printedFields(type, lines, digits) };
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
