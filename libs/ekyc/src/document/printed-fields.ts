import { type Day, readDate } from './japanese-date.ts';

/** Documents whose printed zone is in Japanese. */
export type JapaneseDocument = 'driving-licence' | 'driving-history-certificate' | 'my-number-card' | 'residence-card';

/** A line as it was read, and where it stands. */
export interface PrintedLine {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
  /** 0 to 100 */
  readonly confidence: number;
}

/** A field as it is printed. */
export interface PrintedField<Value = string> {
  readonly value: Value;
  /** 0 to 100, of the line it stands in */
  readonly confidence: number;
}

/** What a document prints. Fields that were not found, or not understood, are absent. */
export interface PrintedFields {
  readonly name?: PrintedField;
  readonly birthDate?: PrintedField<Day>;
  readonly address?: PrintedField;
  readonly issueDate?: PrintedField<Day>;
  readonly expiryDate?: PrintedField<Day>;
  readonly number?: PrintedField;
}

/** A text without what readers put between Japanese characters. */
export const compact = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/[\s_|"'`・。、]/g, '')
    .replaceAll(/[‐‑‒–—―−ー](?=\d)/g, '-');

const titles: readonly (readonly [RegExp, JapaneseDocument])[] = [
  [/運転経歴証明書|経歴証明/, 'driving-history-certificate'],
  [/運転免許証|転免許証|運転免許/, 'driving-licence'],
  [/在留カ.ド|RESIDENCECARD/i, 'residence-card'],
  [/個人番号カ.ド|マイナンバ.カ.ド/, 'my-number-card'],
];

/** Which document the lines are of, by its title. */
export function documentByTitle(lines: readonly PrintedLine[]): JapaneseDocument | undefined {
  const texts = lines.map(({ text }) => compact(text));
  return titles.find(([title]) => texts.some((text) => title.test(text)))?.[1];
}

/**
 * Whether the lines are of the side of a My Number card that has the number: the law restricts who may keep it, so nothing of
 * such a side is looked at further.
 */
export function showsMyNumber(lines: readonly PrintedLine[]): boolean {
  const text = lines.map((line) => compact(line.text)).join('\n');
  return /個人番号(?!カ)/.test(text) && /\d{4}-?\d{4}-?\d{4}/.test(text);
}

/** The fields of a document. `digits` reads a line again as digits, for numbers. */
export function printedFields(
  document: JapaneseDocument,
  lines: readonly PrintedLine[],
  digits: (line: PrintedLine) => string,
): PrintedFields {
  const rows = rowsOf(lines);
  return {
    ...optional('name', after(rows, /氏名(?:NAME)?/i, nameOf)),
    ...optional('address', after(rows, /(?:住所|住居地|居住地)(?:ADDRESS)?/i, addressOf)),
    ...optional('birthDate', birthDateOf(lines)),
    ...optional(
      'issueDate',
      after(rows, /交付/, (text) => readDate(text)),
    ),
    ...optional('expiryDate', expiryDateOf(lines)),
    ...(document === 'residence-card' && optional('number', residenceNumber(lines))),
    ...((document === 'driving-licence' || document === 'driving-history-certificate') &&
      optional('number', licenceNumber(lines, digits))),
  };
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [key in Name]?: Value });
}

/** Lines that stand beside each other. */
function rowsOf(lines: readonly PrintedLine[]): PrintedLine[][] {
  const rows: PrintedLine[][] = [];
  for (const line of lines) {
    const middle = line.top + line.height / 2;
    const row = rows.find(([first]) => Math.abs(first!.top + first!.height / 2 - middle) < 0.6 * first!.height);
    if (row === undefined) rows.push([line]);
    else row.push(line);
  }
  return rows.map((row) => row.sort((a, b) => a.left - b.left));
}

/** What stands behind a label: in its own line, or in the next of its row. */
function after<Value>(
  rows: readonly (readonly PrintedLine[])[],
  label: RegExp,
  read: (text: string) => Value | undefined,
): PrintedField<Value> | undefined {
  for (const row of rows) {
    for (const [k, line] of row.entries()) {
      const text = compact(line.text);
      const found = label.exec(text);
      if (found === null || found.index > 2) continue;
      const rest = text.slice(found.index + found[0].length);
      const [value, from] = rest === '' ? [row[k + 1]?.text ?? '', row[k + 1] ?? line] : [rest, line];
      const understood = read(rest === '' ? value : spaced(line.text, label));
      if (understood !== undefined) return { value: understood, confidence: from.confidence };
    }
  }
  return undefined;
}

/** The text of a line behind its label, with the spaces that were in it. */
function spaced(text: string, label: RegExp): string {
  const letters = label.source.replaceAll(/[^\p{L}]/gu, '');
  let at = 0;
  while (at < text.length && (/[\s_|]/.test(text[at]!) || letters.toUpperCase().includes(text[at]!.toUpperCase())))
    at++;
  return text.slice(at);
}

const isLatin = (text: string) =>
  /[A-Za-z]{2}/.test(text) && !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text);

function nameOf(text: string): string | undefined {
  // a birth date may follow in the same line
  const own = text.normalize('NFKC').split(/(?:明治|大正|昭和|平成|令和|\d{4})\s*[元\d]*\s*年/)[0]!;
  const name = isLatin(own)
    ? own
        .replaceAll(/[^\p{L}\s'-]/gu, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim()
    : compact(own);
  return name.length >= 2 && !/\d/.test(name) ? name : undefined;
}

function addressOf(text: string): string | undefined {
  const address = compact(text);
  return address.length >= 4 ? address : undefined;
}

function birthDateOf(lines: readonly PrintedLine[]): PrintedField<Day> | undefined {
  for (const marked of [/日生|DATEOFBIRTH|生年月日/i, /(?:明治|大正|昭和|平成|令和)[元\d]+年\d+月\d+日.?$/]) {
    for (const line of lines) {
      const text = compact(line.text);
      if (!marked.test(text) || /まで|有効|交付|満了/.test(text)) continue;
      const value = readDate(text.replace(/^.*(?:生年月日|DATEOFBIRTH)/i, ''));
      if (value !== undefined) return { value, confidence: line.confidence };
      const beside = lines.find(
        (other) => other !== line && other.left > line.left && Math.abs(other.top - line.top) < 0.6 * line.height,
      );
      const next = beside && readDate(beside.text);
      if (next !== undefined && beside) return { value: next, confidence: beside.confidence };
    }
  }
  return undefined;
}

function expiryDateOf(lines: readonly PrintedLine[]): PrintedField<Day> | undefined {
  for (const line of lines) {
    const text = compact(line.text);
    const value = /ま.?有効|まで有|有効期限|満了/.test(text) ? readDate(text) : undefined;
    if (value !== undefined) return { value, confidence: line.confidence };
  }
  return undefined;
}

/** Two letters, eight digits, two letters. */
function residenceNumber(lines: readonly PrintedLine[]): PrintedField | undefined {
  for (const line of lines) {
    const value = /(?:^|[^A-Z])([A-Z]{2}\d{8}[A-Z]{2})/.exec(compact(line.text).toUpperCase())?.[1];
    if (value !== undefined) return { value, confidence: line.confidence };
  }
  return undefined;
}

/** Twelve digits behind 第: read by both engines, which have to agree. */
function licenceNumber(lines: readonly PrintedLine[], digits: (line: PrintedLine) => string): PrintedField | undefined {
  for (const line of lines) {
    const value = /(?<!\d)\d{12}(?!\d)/.exec(compact(line.text))?.[0];
    if (value === undefined) continue;
    const again = digits(line);
    return { value, confidence: again.includes(value) ? line.confidence : Math.min(line.confidence, 50) };
  }
  return undefined;
}
