import { checkDigit, type MrzFormat } from '@tegata/emrtd';

/** What may stand at a place: letter or filler, digit, digit or filler, any character, sex, kind of passport or card. */
type Place = 'A' | '9' | 'd' | 'X' | 'S' | 'P' | 'I';

const allowed: Readonly<Record<Place, string>> = {
  A: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ<',
  '9': '0123456789',
  d: '0123456789<',
  X: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<',
  S: 'MFX<',
  P: 'P',
  I: 'AIC',
};

/** A stretch of a line, and of which places its check digit is computed. */
interface Checked {
  readonly over: readonly (readonly [line: number, start: number, length: number])[];
  readonly digit: readonly [line: number, at: number];
}

interface FormatFields {
  readonly places: readonly string[];
  readonly checked: readonly Checked[];
}

const stretch = (line: number, start: number, length: number) => [line, start, length] as const;

/** What each format has where (ICAO 9303-4, -5 and -6 section 4.2). */
const formats: Readonly<Record<MrzFormat, FormatFields>> = {
  TD3: {
    places: [`PA${'A'.repeat(42)}`, `${'X'.repeat(9)}9AAA${'d'.repeat(6)}9S${'d'.repeat(6)}9${'X'.repeat(14)}d9`],
    checked: [
      { over: [stretch(1, 0, 9)], digit: [1, 9] },
      { over: [stretch(1, 13, 6)], digit: [1, 19] },
      { over: [stretch(1, 21, 6)], digit: [1, 27] },
      { over: [stretch(1, 28, 14)], digit: [1, 42] },
      { over: [stretch(1, 0, 10), stretch(1, 13, 7), stretch(1, 21, 22)], digit: [1, 43] },
    ],
  },
  TD2: {
    places: [`IA${'A'.repeat(34)}`, `${'X'.repeat(9)}dAAA${'d'.repeat(6)}9S${'d'.repeat(6)}9${'X'.repeat(7)}9`],
    checked: [
      { over: [stretch(1, 0, 9)], digit: [1, 9] },
      { over: [stretch(1, 13, 6)], digit: [1, 19] },
      { over: [stretch(1, 21, 6)], digit: [1, 27] },
      { over: [stretch(1, 0, 10), stretch(1, 13, 7), stretch(1, 21, 14)], digit: [1, 35] },
    ],
  },
  TD1: {
    places: [
      `IAAAA${'X'.repeat(9)}d${'X'.repeat(15)}`,
      `${'d'.repeat(6)}9S${'d'.repeat(6)}9AAA${'X'.repeat(11)}9`,
      'A'.repeat(30),
    ],
    checked: [
      { over: [stretch(0, 5, 9)], digit: [0, 14] },
      { over: [stretch(1, 0, 6)], digit: [1, 6] },
      { over: [stretch(1, 8, 6)], digit: [1, 14] },
      { over: [stretch(0, 5, 25), stretch(1, 0, 7), stretch(1, 8, 7), stretch(1, 18, 11)], digit: [1, 29] },
    ],
  },
};

/** Lines and characters a line of each format. */
export const MRZ_SIZES: Readonly<Record<MrzFormat, { readonly lines: number; readonly characters: number }>> = {
  TD3: { lines: 2, characters: 44 },
  TD2: { lines: 2, characters: 36 },
  TD1: { lines: 3, characters: 30 },
};

/** What may stand at a place of a format. */
export function allowedAt(format: MrzFormat, line: number, at: number): string {
  return allowed[formats[format].places[line]!.charAt(at) as Place];
}

/** Whether every check digit fits. A filler in place of one says that there is none: of optional data, or of a long number. */
export function checkDigitsFit(format: MrzFormat, lines: readonly string[]): boolean {
  return formats[format].checked.every((checked) => fits(lines, checked));
}

function fits(lines: readonly string[], { over, digit }: Checked): boolean {
  const field = over.map(([line, start, length]) => lines[line]!.slice(start, start + length)).join('');
  const written = lines[digit[0]]!.charAt(digit[1]);
  return written === '<' ? digit[1] < lines[digit[0]]!.length - 1 : checkDigit(field) === written;
}

/** A character that could stand at a place, and how much less likely it is than the likeliest. */
export interface Alternative {
  readonly character: string;
  readonly loss: number;
}

/** Alternatives further from the likeliest than this are no misreading. */
const MAX_LOSS = 0.1;

/**
 * The likeliest lines: at each place what may stand there, and where a check digit does not fit, the least that has to be another
 * character for it to fit (two at most in a field, and only what looks nearly the same).
 * @param alternatives for each line and place, likeliest first
 */
export function likeliestLines(
  format: MrzFormat,
  alternatives: readonly (readonly (readonly Alternative[])[])[],
): { lines: string[]; repaired: number } {
  const options = alternatives.map((line, l) =>
    line.map((place, at) => {
      const possible = place.filter(({ character }) => allowedAt(format, l, at).includes(character));
      const least = possible[0]?.loss ?? 0;
      return possible
        .map(({ character, loss }) => ({ character, loss: loss - least }))
        .filter((o) => o.loss <= MAX_LOSS);
    }),
  );
  let lines = options.map((line) => line.map((place) => place[0]?.character ?? '<').join(''));
  let repaired = 0;
  for (const checked of formats[format].checked) {
    if (fits(lines, checked)) continue;
    const mended = mend(lines, options, checked);
    if (mended === undefined) continue;
    repaired += mended.changes;
    lines = mended.lines;
  }
  return { lines, repaired };
}

interface Change {
  readonly line: number;
  readonly at: number;
  readonly character: string;
  readonly loss: number;
}

function mend(
  lines: readonly string[],
  options: readonly (readonly (readonly Alternative[])[])[],
  checked: Checked,
): { lines: string[]; changes: number } | undefined {
  const places = [...checked.over, [checked.digit[0], checked.digit[1], 1] as const].flatMap(([line, start, length]) =>
    Array.from({ length }, (_, k) => ({ line, at: start + k })),
  );
  const changes: Change[] = places
    .flatMap(({ line, at }) => (options[line]![at] ?? []).slice(1).map((option) => ({ line, at, ...option })))
    .sort((a, b) => a.loss - b.loss)
    .slice(0, 24);
  const tries = [
    ...changes.map((change) => [change]),
    ...changes.flatMap((one, k) => changes.slice(k + 1).map((other) => [one, other])),
  ]
    .map((together) => ({ together, loss: together.reduce((sum, { loss }) => sum + loss, 0) }))
    .sort((a, b) => a.loss - b.loss);
  for (const { together } of tries) {
    const changed = [...lines];
    for (const { line, at, character } of together) {
      changed[line] = changed[line]!.slice(0, at) + character + changed[line]!.slice(at + 1);
    }
    if (fits(changed, checked)) return { lines: changed, changes: together.length };
  }
  return undefined;
}
