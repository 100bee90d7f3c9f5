/**
 * A small font of single strokes, drawn for this project, so that documents look the same on machines without fonts.
 *
 * Every glyph is a list of strokes on a grid of 5 columns (0..4) and 7 rows (0..6, baseline at 6); a stroke is a list of
 * grid points written as two digits each, column then row.
 */
const GLYPHS: Readonly<Record<string, string>> = {
  A: '06 03 20 43 46,04 44',
  B: '06 00 30 41 42 33 03,33 44 45 36 06',
  C: '41 30 10 01 05 16 36 45',
  D: '06 00 20 42 44 26 06',
  E: '40 00 06 46,03 33',
  F: '40 00 06,03 33',
  G: '41 30 10 01 05 16 36 45 43 23',
  H: '00 06,40 46,03 43',
  I: '10 30,20 26,16 36',
  J: '20 40,30 35 26 16 05 04',
  K: '00 06,40 03,13 46',
  L: '00 06 46',
  M: '06 00 23 40 46',
  N: '06 00 46 40',
  O: '10 30 41 45 36 16 05 01 10',
  P: '06 00 30 41 42 33 03',
  Q: '10 30 41 45 36 16 05 01 10,24 46',
  R: '06 00 30 41 42 33 03,23 46',
  S: '41 30 10 01 02 13 33 44 45 36 16 05',
  T: '00 40,20 26',
  U: '00 05 16 36 45 40',
  V: '00 26 40',
  W: '00 06 23 46 40',
  X: '00 46,40 06',
  Y: '00 23 40,23 26',
  Z: '00 40 06 46',
  0: '10 30 41 45 36 16 05 01 10,41 05',
  1: '11 20 26,16 36',
  2: '01 10 30 41 42 06 46',
  3: '00 40 22 33 44 45 36 16 05',
  4: '36 30 04 44',
  5: '40 00 02 32 43 45 36 06',
  6: '30 10 01 05 16 36 45 44 33 03',
  7: '00 40 16',
  8: '13 02 01 10 30 41 42 33 13 04 05 16 36 45 44 33',
  9: '43 13 02 01 10 30 41 45 36 16',
  '<': '41 03 45',
  '-': '13 33',
  '.': '25 26',
  '/': '06 40',
  ' ': '',
};

/** Columns from one character to the next, and rows of a character. */
const ADVANCE = 6;
const ROWS = 6;

/** Where and how large text stands. */
export interface TextPlace {
  /** left end of the baseline, in units of the drawing */
  readonly x: number;
  readonly y: number;
  /** height of a capital */
  readonly height: number;
}

/**
 * SVG path data of a line of text. Letters are drawn as capitals, accents are left out; other characters the font has not
 * are left blank.
 */
export function textPath(text: string, { x, y, height }: TextPlace): string {
  const unit = height / ROWS;
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
  return [...plain]
    .flatMap((character, k) =>
      (GLYPHS[character] ?? '').split(',').map((stroke) =>
        stroke
          .split(' ')
          .filter((point) => point !== '')
          .map((point, j) => {
            const px = x + (k * ADVANCE + Number(point[0])) * unit;
            const py = y - (ROWS - Number(point[1])) * unit;
            return `${j === 0 ? 'M' : 'L'}${px.toFixed(1)} ${py.toFixed(1)}`;
          })
          .join(''),
      ),
    )
    .join('');
}

/** Width of a line of text, to the end of its last character. */
export function textWidth(text: string, height: number): number {
  return ((text.length * ADVANCE - 2) * height) / ROWS;
}
