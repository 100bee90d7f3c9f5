import type { Mrz } from '@tegata/emrtd';
import { distanceWithin } from './same-text.ts';

/** What of a machine readable zone is printed above it, too. */
export interface ShownInPrint {
  readonly number: boolean;
  /** the primary identifier */
  readonly name: boolean;
  readonly birthDate: boolean;
  readonly expiryDate: boolean;
}

/** Characters that readers take for each other in print without a context. */
const lookalikes: Readonly<Record<string, string>> = {
  O: '0',
  Q: '0',
  D: '0',
  I: '1',
  L: '1',
  S: '5',
  B: '8',
  Z: '2',
  G: '6',
};

/** Capitals and digits of a text, look-alikes made one. */
function folded(text: string): string {
  const plain = text
    .normalize('NFD')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '');
  return [...plain].map((character) => lookalikes[character] ?? character).join('');
}

/** One character in six may be misread. */
const allowed = (text: string): number => Math.max(1, Math.floor(text.length / 6));

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const;

/** Ways in which documents print a day. */
function datesAsPrinted(day: string): string[] {
  const [year = '', month = '', date = ''] = day.split('-');
  const name = months[Number(month) - 1] ?? '';
  return [
    `${date}${name}${year}`,
    `${date}${name}${year.slice(2)}`,
    `${year}${month}${date}`,
    `${date}${month}${year}`,
  ].concat(`${year.slice(2)}${month}${date}`);
}

/** Looks for what a machine readable zone says in the lines printed above it. Misread characters are allowed for, one in six. */
export function shownInPrint(mrz: Mrz, lines: readonly string[]): ShownInPrint {
  const texts = lines.map(folded);
  const shows = (value: string, misread = allowed(value)) =>
    value !== '' && texts.some((text) => distanceWithin(folded(value), text) <= misread);
  const showsDay = (day: string | undefined) => day !== undefined && datesAsPrinted(day).some((date) => shows(date));
  return {
    number: shows(mrz.documentNumber),
    name: shows(mrz.primaryIdentifier.replaceAll(' ', '')),
    birthDate: showsDay(mrz.birthDate),
    expiryDate: showsDay(mrz.expiryDate),
  };
}
