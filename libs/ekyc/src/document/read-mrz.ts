import { boxBlurred, type GreyPlane, halfTurned, sampled } from '@tegata/document-picture';
import type { MrzFormat } from '@tegata/emrtd';
import { fitted, gridOf, type RowGrid, type RowReading, readRow } from './mrz-cells.ts';
import { type Alternative, allowedAt, checkDigitsFit, likeliestLines, MRZ_SIZES } from './mrz-fields.ts';
import { findLongRows, type TextRow } from './mrz-rows.ts';
import type { TemplateSet } from './ocr-b-templates.ts';
import type { Tesseract } from './tesseract.ts';

/** What one reader made of a machine readable zone. */
export interface ReaderResult {
  /** as many lines of as many characters as the format has */
  readonly lines: readonly string[];
  /** whether every check digit fits */
  readonly sound: boolean;
}

/** A machine readable zone as two readers see it. */
export interface MrzReading {
  readonly format: MrzFormat;
  /** by correlation with drawn characters */
  readonly templates: ReaderResult & {
    /** mean correlation, 0 to 1 */
    readonly correlation: number;
    /** characters that were changed for a check digit to fit */
    readonly repaired: number;
  };
  /** by Tesseract's legacy engine; undefined where it sees another number of characters */
  readonly tesseract: ReaderResult | undefined;
  /** places in which the two differ; empty as well where there is nothing to compare */
  readonly differing: readonly { readonly line: number; readonly at: number }[];
  /** whether the picture had to be turned by half */
  readonly upsideDown: boolean;
  /** where the zone begins, pixels of the picture the right way up */
  readonly top: number;
}

/** Rows that correlate less are no machine readable zone. OCR-B: 0.93 and more; other text: to 0.6. */
const MIN_CORRELATION = 0.72;
/** One row has to promise this much for all to be read, and so many zones are read. */
const MIN_PROMISE = 0.6;
const MAX_ZONES = 3;
/** Below this the blurred templates are tried, too. */
const SURE_CORRELATION = 0.95;

/**
 * Reads the machine readable zone of a straightened document, the right way up or upside down. Undefined where there is none.
 * @param reach degrees by which its rows may still lean
 */
export function readMrz(
  upright: GreyPlane,
  templates: readonly TemplateSet[],
  tesseract: Tesseract,
  reach: number,
): MrzReading | undefined {
  const found: { plane: GreyPlane; zone: Zone; upsideDown: boolean; promise: number }[] = [];
  for (const upsideDown of [false, true]) {
    const plane = upsideDown ? halfTurned(upright) : upright;
    for (const zone of zonesOf(findLongRows(plane, reach))) {
      // one row of it tells whether it is worth reading, and which way up
      const promise = Math.max(
        ...zone.formats.map(
          (format) => fitted(plane, gridOf(zone.rows[0]!, MRZ_SIZES[format].characters), templates[0]!).correlation,
        ),
      );
      if (promise >= MIN_PROMISE) found.push({ plane, zone, upsideDown, promise });
    }
  }
  for (const { plane, zone, upsideDown } of found.sort((a, b) => b.promise - a.promise).slice(0, MAX_ZONES)) {
    const read = readZone(plane, zone, templates);
    if (read === undefined) continue;
    const second = readAgain(plane, read, tesseract);
    const top = Math.min(...zone.rows.map((row) => row.middle - row.height));
    return {
      ...read.result,
      tesseract: second,
      differing: differences(read.result.templates, second),
      upsideDown,
      top,
    };
  }
  return undefined;
}

/** Rows that stand under each other as those of a zone do, and the formats that they can be. */
interface Zone {
  readonly rows: readonly TextRow[];
  readonly formats: readonly MrzFormat[];
}

/** Candidates for the zone, the lowest first: below it there is nothing on a document. */
function zonesOf(rows: readonly TextRow[]): Zone[] {
  const zones: Zone[] = [];
  for (const [number, formats] of [
    [3, ['TD1']],
    [2, ['TD3', 'TD2']],
  ] as const) {
    for (let first = rows.length - number; first >= 0; first--) {
      const together = rows.slice(first, first + number);
      if (areOneZone(together)) zones.push({ rows: together, formats });
    }
  }
  return zones;
}

function areOneZone(rows: readonly TextRow[]): boolean {
  const [top] = rows;
  if (top === undefined) return false;
  const height = rows.reduce((sum, row) => sum + row.height, 0) / rows.length;
  const length = top.right - top.left;
  return rows.every((row, k) => {
    const above = rows[k - 1];
    const spacing = above === undefined ? 2 * height : row.middle - above.middle - row.slope * (row.left - above.left);
    return (
      Math.abs(row.left - top.left) < 1.6 * height + 0.02 * length &&
      Math.abs(row.right - top.right) < 1.6 * height + 0.02 * length &&
      spacing > 1.2 * height &&
      spacing < 3.6 * height
    );
  });
}

interface ReadZone {
  readonly result: Omit<MrzReading, 'tesseract' | 'differing' | 'upsideDown' | 'top'>;
  readonly grids: readonly RowGrid[];
}

function readZone(plane: GreyPlane, { rows, formats }: Zone, sets: readonly TemplateSet[]): ReadZone | undefined {
  let best: ReadZone | undefined;
  for (const format of formats) {
    for (const set of sets) {
      if (best !== undefined && best.result.templates.correlation >= SURE_CORRELATION) break;
      const readings: RowReading[] = [];
      for (const row of rows) {
        const { grid } = fitted(plane, gridOf(row, MRZ_SIZES[format].characters), set);
        readings.push(readRow(plane, grid, set));
        if (readings.at(-1)!.correlation < MIN_CORRELATION) break;
      }
      if (readings.length < rows.length || readings.some(({ correlation }) => correlation < MIN_CORRELATION)) continue;
      const correlation = readings.reduce((sum, row) => sum + row.correlation, 0) / readings.length;
      if (best !== undefined && best.result.templates.correlation >= correlation) continue;
      const { lines, repaired } = likeliestLines(
        format,
        readings.map(({ cells }) => cells.map(({ candidates }) => alternativesOf(candidates))),
      );
      best = {
        result: {
          format,
          templates: { lines, repaired, correlation, sound: checkDigitsFit(format, lines) },
        },
        grids: readings.map(({ grid }) => grid),
      };
    }
  }
  return best;
}

function alternativesOf(candidates: readonly { character: string; correlation: number }[]): Alternative[] {
  const highest = candidates[0]?.correlation ?? 0;
  return candidates.map(({ character, correlation }) => ({ character, loss: highest - correlation }));
}

/** Height of capitals that the second reader is shown. */
const SHOWN_CAP_HEIGHT = 30;
const MRZ_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<';

/** The zone by Tesseract's legacy engine, each row cut out of the picture: first as it is, then smoothed. */
function readAgain(plane: GreyPlane, { result, grids }: ReadZone, tesseract: Tesseract): ReaderResult | undefined {
  const { format } = result;
  const { characters } = MRZ_SIZES[format];
  let counted: ReaderResult | undefined;
  for (const radius of [0, 1, 2]) {
    const lines = grids.map((grid, line) => {
      const strip = rowStrip(plane, grid);
      const shown = radius === 0 ? strip : boxBlurred(strip, radius);
      const { text } = tesseract.latin(shown, { layout: 'line', characters: MRZ_CHARACTERS });
      return [...text.replaceAll(/\s/g, '')].map((character, at) => asAllowed(format, line, at, character)).join('');
    });
    if (lines.some((line) => line.length !== characters)) continue;
    const sound = checkDigitsFit(format, lines);
    counted = counted?.sound ? counted : { lines, sound };
    if (sound) break;
  }
  return counted;
}

/** A row cut out, straight and with strong contrast. */
function rowStrip(plane: GreyPlane, grid: RowGrid): GreyPlane {
  const unit = grid.capHeight / SHOWN_CAP_HEIGHT;
  const margin = 24;
  const length = (grid.characters - 1) * grid.pitch;
  const width = Math.round(length / unit) + 2 * margin + SHOWN_CAP_HEIGHT;
  const height = 2 * SHOWN_CAP_HEIGHT;
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const along = (x - margin - SHOWN_CAP_HEIGHT / 2) * unit;
      const down = (y - (height - 1) / 2) * unit;
      values[y * width + x] = sampled(plane, grid.first + along, grid.middle + grid.slope * along + down);
    }
  }
  const paper = boxBlurred({ width, height, values }, SHOWN_CAP_HEIGHT);
  let darkest = 0;
  for (let at = 0; at < values.length; at++) darkest = Math.max(darkest, 1 - values[at]! / (paper.values[at]! + 1));
  return {
    width,
    height,
    values: values.map((value, at) => 255 * (1 - Math.max(0, 1 - value / (paper.values[at]! + 1)) / (darkest || 1))),
  };
}

/** Characters that are taken for each other, where only the other may stand. */
const lookalikes: Readonly<Record<string, string>> = {
  ...{ O: '0', Q: '0', D: '0', I: '1', L: '1', Z: '2', S: '5', G: '6', B: '8', A: '4', T: '7' },
  ...{ '0': 'O', '1': 'I', '2': 'Z', '5': 'S', '6': 'G', '8': 'B', '4': 'A', '7': 'T' },
};

function asAllowed(format: MrzFormat, line: number, at: number, character: string): string {
  if (at >= MRZ_SIZES[format].characters) return character;
  const may = allowedAt(format, line, at);
  const other = lookalikes[character];
  return !may.includes(character) && other !== undefined && may.includes(other) ? other : character;
}

function differences(one: ReaderResult, other: ReaderResult | undefined): { line: number; at: number }[] {
  if (other === undefined) return [];
  return one.lines.flatMap((line, l) =>
    [...line].flatMap((character, at) => (character === other.lines[l]!.charAt(at) ? [] : [{ line: l, at }])),
  );
}
