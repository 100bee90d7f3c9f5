import { checkDigit } from './check-digit.ts';
import { type Day, dayAt, latestExpiry, mrzDay } from './mrz-date.ts';
import { MrzError } from './mrz-error.ts';
import { cutOffNames } from './mrz-name.ts';

/** Sizes of machine readable travel documents: card (TD1), older card (TD2), passport (TD3). */
export type MrzFormat = 'TD1' | 'TD2' | 'TD3';

/** A field that a check digit of its own protects, or all of them together. */
export type CheckedField = 'documentNumber' | 'birthDate' | 'expiryDate' | 'optionalData' | 'composite';

/** What a machine readable zone says (ICAO 9303-4, -5 and -6 section 4.2). Fillers are taken away, fields may be empty. */
export interface Mrz {
  readonly format: MrzFormat;
  /** 30, 36 or 44 characters each */
  readonly lines: readonly string[];
  /** one or two letters: `P` a passport, `I` an identity card */
  readonly documentCode: string;
  /** code of the issuing state or organisation, 1 to 3 letters */
  readonly issuer: string;
  readonly documentNumber: string;
  readonly primaryIdentifier: string;
  /** given names, separated by spaces; empty where the document has none */
  readonly secondaryIdentifier: string;
  /** which of them may go on: the rest is not in the zone */
  readonly cutOff: { readonly primary: boolean; readonly secondary: boolean };
  /** 1 to 3 letters */
  readonly nationality: string;
  /** undefined where a part of it is unknown, or misread */
  readonly birthDate: Day | undefined;
  /** `X` where the document says neither */
  readonly sex: 'F' | 'M' | 'X';
  readonly expiryDate: Day | undefined;
  readonly optionalData: readonly string[];
  /** fields whose check digit does not fit; empty when the zone is sound */
  readonly failedChecks: readonly CheckedField[];
}

/** Where a format has its fields: line, first character, length. */
type Place = readonly [line: number, start: number, length: number];

interface Layout {
  readonly lines: number;
  readonly width: number;
  readonly documentNumber: Place;
  readonly optional: readonly Place[];
  /** what has a check digit of its own right behind it, besides the document number */
  readonly birthDate: Place;
  readonly expiryDate: Place;
  readonly sex: Place;
  readonly nationality: Place;
  readonly name: Place;
  readonly composite: { readonly over: readonly Place[]; readonly digit: Place };
  /** TD3 alone protects its optional data */
  readonly optionalCheck?: Place;
}

const layouts: Readonly<Record<MrzFormat, Layout>> = {
  TD1: {
    lines: 3,
    width: 30,
    documentNumber: [0, 5, 9],
    optional: [
      [0, 15, 15],
      [1, 18, 11],
    ],
    birthDate: [1, 0, 6],
    sex: [1, 7, 1],
    expiryDate: [1, 8, 6],
    nationality: [1, 15, 3],
    name: [2, 0, 30],
    composite: {
      over: [
        [0, 5, 25],
        [1, 0, 7],
        [1, 8, 7],
        [1, 18, 11],
      ],
      digit: [1, 29, 1],
    },
  },
  TD2: {
    lines: 2,
    width: 36,
    documentNumber: [1, 0, 9],
    optional: [[1, 28, 7]],
    birthDate: [1, 13, 6],
    sex: [1, 20, 1],
    expiryDate: [1, 21, 6],
    nationality: [1, 10, 3],
    name: [0, 5, 31],
    composite: {
      over: [
        [1, 0, 10],
        [1, 13, 7],
        [1, 21, 14],
      ],
      digit: [1, 35, 1],
    },
  },
  TD3: {
    lines: 2,
    width: 44,
    documentNumber: [1, 0, 9],
    optional: [[1, 28, 14]],
    birthDate: [1, 13, 6],
    sex: [1, 20, 1],
    expiryDate: [1, 21, 6],
    nationality: [1, 10, 3],
    name: [0, 5, 39],
    composite: {
      over: [
        [1, 0, 10],
        [1, 13, 7],
        [1, 21, 22],
      ],
      digit: [1, 43, 1],
    },
    optionalCheck: [1, 42, 1],
  },
};

/**
 * Reads a machine readable zone: lines separated by line breaks, or all characters in one row, as in DG1.
 *
 * Check digits are looked at, not insisted on: a zone read from a picture may be wrong in one character, and who reads it
 * wants to know in which field.
 *
 * @param at time of reading, for the centuries of its dates
 * @throws MrzError
 */
export function parseMrz(text: string, at: Date): Mrz {
  const lines = splitLines(text);
  const format = (Object.keys(layouts) as MrzFormat[]).find(
    (candidate) => layouts[candidate].lines === lines.length && layouts[candidate].width === lines[0]!.length,
  )!;
  const layout = layouts[format];
  const field = ([line, start, length]: Place) => lines[line]!.slice(start, start + length);
  const after = ([line, start, length]: Place) => lines[line]!.charAt(start + length);
  const number = documentNumber(layout, field, after);
  const checks: readonly (readonly [CheckedField, boolean])[] = [
    ['documentNumber', number.sound],
    ['birthDate', checkDigit(field(layout.birthDate)) === after(layout.birthDate)],
    ['expiryDate', checkDigit(field(layout.expiryDate)) === after(layout.expiryDate)],
    [
      'optionalData',
      layout.optionalCheck === undefined || fits(field(layout.optional[0]!), field(layout.optionalCheck)),
    ],
    ['composite', checkDigit(layout.composite.over.map(field).join('')) === field(layout.composite.digit)],
  ];
  const [primary = '', secondary = ''] = field(layout.name).split(/<<(.*)/s);
  const sex = field(layout.sex);
  const today = dayAt(at);
  return {
    format,
    lines,
    documentCode: withoutFillers(lines[0]!.slice(0, 2)),
    issuer: withoutFillers(lines[0]!.slice(2, 5)),
    documentNumber: number.value,
    primaryIdentifier: withoutFillers(primary),
    secondaryIdentifier: withoutFillers(secondary),
    cutOff: cutOffNames(withoutFillers(primary), withoutFillers(secondary), !field(layout.name).endsWith('<')),
    nationality: withoutFillers(field(layout.nationality)),
    birthDate: mrzDay(field(layout.birthDate), today),
    sex: sex === 'F' || sex === 'M' ? sex : 'X',
    expiryDate: mrzDay(field(layout.expiryDate), latestExpiry(today)),
    optionalData: number.optional.map(withoutFillers),
    failedChecks: checks.flatMap(([name, sound]) => (sound ? [] : [name])),
  };
}

/** Fillers between words are spaces; those at the end are nothing. */
const withoutFillers = (text: string): string => text.replaceAll('<', ' ').trim().replaceAll(/ +/g, ' ');

/** The check digit of empty optional data may be a filler (ICAO 9303-4 section 4.2.2.2). */
const fits = (field: string, digit: string): boolean =>
  checkDigit(field) === digit || (digit === '<' && /^<*$/.test(field));

/** Number, and whether its check digit fits. Cards go on with a long number in the optional data (ICAO 9303-5 section 4.2.4). */
function documentNumber(layout: Layout, field: (place: Place) => string, after: (place: Place) => string) {
  const start = field(layout.documentNumber);
  const optional = layout.optional.map(field);
  const digit = after(layout.documentNumber);
  const [, rest, longDigit, others] = /^([A-Z0-9]+)([0-9])(?:<(.*))?$/s.exec(optional[0]!.replace(/<+$/, '')) ?? [];
  if (digit !== '<' || layout.optionalCheck !== undefined || rest === undefined) {
    return { value: withoutFillers(start), optional, sound: checkDigit(start) === digit };
  }
  const value = start + rest;
  return { value, optional: [others ?? '', ...optional.slice(1)], sound: checkDigit(value) === longDigit };
}

function splitLines(text: string): readonly string[] {
  const given = text.split(/\r?\n/).filter((line) => line !== '');
  const joined = given.join('');
  if (/[^A-Z0-9<]/.test(joined))
    throw new MrzError('MRZ_CHARACTER', 'machine readable zone has a character that none has');
  const layout = Object.values(layouts).find(({ lines, width }) => lines * width === joined.length);
  if (!layout || (given.length > 1 && given.some((line) => line.length !== layout.width))) {
    throw new MrzError('MRZ_LENGTH', 'machine readable zone is not 3 x 30, 2 x 36 or 2 x 44 characters');
  }
  return Array.from({ length: layout.lines }, (_, line) =>
    joined.slice(line * layout.width, (line + 1) * layout.width),
  );
}
