import { type GreyPlane, sampled } from '@tegata/document-picture';
import type { TextRow } from './mrz-rows.ts';
import { OCR_B } from './ocr-b-outlines.ts';
import { type CharacterTemplate, TEMPLATE, type TemplateSet } from './ocr-b-templates.ts';

/** Where the characters of a row stand. Pixels. */
export interface RowGrid {
  readonly characters: number;
  /** middle of the first character, and from one to the next */
  readonly first: number;
  readonly pitch: number;
  /** middle of the capitals at the first character, and how much it falls for every pixel to the right */
  readonly middle: number;
  readonly slope: number;
  /** height of capitals */
  readonly capHeight: number;
}

/** What a place in a row can be, likeliest first. */
export interface CellReading {
  /** correlation with the template of the character, -1 to 1 */
  readonly candidates: readonly { readonly character: string; readonly correlation: number }[];
}

/** A row as it was read. */
export interface RowReading {
  readonly grid: RowGrid;
  readonly cells: readonly CellReading[];
  /** mean correlation of the likeliest characters */
  readonly correlation: number;
}

/** How far a character may be from where the grid has it, in pixels of the template. */
const REACH = 3;
/** How many characters are looked at once more, closely. */
const CLOSE_LOOKS = 8;
/** Ink of a character lies between these units of the em square, on average. */
const [INK_LEFT, INK_RIGHT] = [113, 613];

/** The grid that follows from where the ink of a row begins and ends. */
export function gridOf(row: TextRow, characters: number): RowGrid {
  const capHeight = row.height * 1.02;
  const unit = capHeight / OCR_B.capHeight;
  const inkOfOne = (INK_RIGHT - INK_LEFT) * unit;
  const pitch = (row.right - row.left + 1 - inkOfOne) / (characters - 1);
  const first = row.left + inkOfOne / 2;
  return { characters, first, pitch, middle: row.middle + row.slope * (first - row.left), slope: row.slope, capHeight };
}

/** A grid, and how well some of its characters fit the templates there: 0.9 and more for OCR-B, 0.5 for other text. */
export interface FittedGrid {
  readonly grid: RowGrid;
  readonly correlation: number;
}

/** Moves a grid to where the characters fit the templates best. */
export function fitted(plane: GreyPlane, grid: RowGrid, { templates }: TemplateSet): FittedGrid {
  const places = [0, 0.17, 0.35, 0.5, 0.68, 0.84, 1].map((share) => Math.round(share * (grid.characters - 1)));
  const score = (candidate: RowGrid) => {
    let sum = 0;
    for (const place of places) {
      const patch = patchAt(plane, candidate, place, 0, 0, 0);
      let best = -1;
      for (const { values } of templates) best = Math.max(best, correlation(patch, values));
      sum += best;
    }
    return sum;
  };
  let [best, highest] = [grid, score(grid)];
  const climb = (candidates: readonly RowGrid[]) => {
    for (const candidate of candidates) {
      const value = score(candidate);
      if (value > highest) [best, highest] = [candidate, value];
    }
  };
  const { capHeight } = grid;
  climb([0.8, 0.88, 0.94, 1.06, 1.13, 1.22].map((factor) => ({ ...best, capHeight: capHeight * factor })));
  for (const step of [0.08, 0.04, 0.02]) {
    const by = step * capHeight;
    climb([-3, -2, -1, 1, 2, 3].map((k) => ({ ...best, middle: best.middle + k * by })));
    climb([-3, -2, -1, 1, 2, 3].map((k) => ({ ...best, first: best.first + k * by })));
    // the last character moves, the first stays; and the other way round
    climb([-3, -2, -1, 1, 2, 3].map((k) => ({ ...best, pitch: best.pitch + (k * by) / (best.characters - 1) })));
    climb(
      [-3, -2, -1, 1, 2, 3].map((k) => ({
        ...best,
        first: best.first + k * by,
        pitch: best.pitch - (k * by) / (best.characters - 1),
      })),
    );
    climb([1 - step, 1 + step].map((factor) => ({ ...best, capHeight: best.capHeight * factor })));
    const length = best.pitch * (best.characters - 1);
    climb([-2, -1, 1, 2].map((k) => ({ ...best, slope: best.slope + (k * by) / length })));
  }
  return { grid: best, correlation: highest / places.length };
}

/** Reads every place of a row, each a little around where the grid has it. */
export function readRow(plane: GreyPlane, grid: RowGrid, { templates }: TemplateSet): RowReading {
  const cells: CellReading[] = [];
  let sum = 0;
  // pictures of bent pages drift away from the grid: what was found for one character is where the next is looked for
  let [driftX, driftY] = [0, 0];
  for (let place = 0; place < grid.characters; place++) {
    const wide = patchAt(plane, grid, place, driftX, driftY, REACH);
    const best = new Map<string, number>();
    let [highest, atX, atY] = [-1, 0, 0];
    const look = (dx: number, dy: number, among: readonly CharacterTemplate[]) => {
      const patch = within(wide, dx + REACH, dy + REACH);
      for (const { character, values } of among) {
        const value = correlation(patch, values);
        if (value > (best.get(character) ?? -1)) best.set(character, value);
        if (value > highest) [highest, atX, atY] = [value, dx, dy];
      }
    };
    for (const dy of [-2, 0, 2]) for (const dx of [-2, 0, 2]) look(dx, dy, templates);
    const likeliest = templates
      .toSorted((a, b) => best.get(b.character)! - best.get(a.character)!)
      .slice(0, CLOSE_LOOKS);
    const [roughX, roughY] = [atX, atY];
    for (const dy of [-1, 0, 1]) for (const dx of [-1, 0, 1]) look(roughX + dx, roughY + dy, likeliest);
    const candidates = [...best]
      .map(([character, value]) => ({ character, correlation: value }))
      .sort((a, b) => b.correlation - a.correlation);
    cells.push({ candidates });
    sum += highest;
    if (highest > 0.6) [driftX, driftY] = [driftX + 0.3 * atX, driftY + 0.3 * atY];
  }
  return { grid, cells, correlation: sum / grid.characters };
}

/** The picture around one character in the size of the templates, with `margin` more pixels on every side. */
function patchAt(
  plane: GreyPlane,
  { first, pitch, middle, slope, capHeight }: RowGrid,
  place: number,
  driftX: number,
  driftY: number,
  margin: number,
): { width: number; values: Float32Array } {
  const unit = capHeight / TEMPLATE.capHeight;
  const [width, height] = [TEMPLATE.width + 2 * margin, TEMPLATE.height + 2 * margin];
  const values = new Float32Array(width * height);
  const cx = first + place * pitch + driftX * unit;
  const cy = middle + slope * (place * pitch) + driftY * unit;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const dx = (x - (width - 1) / 2) * unit;
      values[y * width + x] = sampled(plane, cx + dx, cy + (y - (height - 1) / 2) * unit + slope * dx);
    }
  }
  return { width, values };
}

/** The part of a wider patch that is as large as a template. */
function within(wide: { width: number; values: Float32Array }, left: number, top: number) {
  const values = new Float32Array(TEMPLATE.width * TEMPLATE.height);
  for (let y = 0; y < TEMPLATE.height; y++) {
    const from = (top + y) * wide.width + left;
    values.set(wide.values.subarray(from, from + TEMPLATE.width), y * TEMPLATE.width);
  }
  return { width: TEMPLATE.width, values };
}

/** Normalised correlation of a patch with a template; 0 for a patch of one grey. */
function correlation({ values }: { values: Float32Array }, template: Float32Array): number {
  let [sum, squares, product] = [0, 0, 0];
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    sum += value;
    squares += value * value;
    product += value * template[at]!;
  }
  const variance = squares - (sum * sum) / values.length;
  return variance > values.length ? product / Math.sqrt(variance) : 0;
}
