import type { Mrz } from '@tegata/emrtd';
import { distanceWithin } from './same-text.ts';

/** What of a machine readable zone is printed above it, too. */
export interface ShownInPrint {
  readonly number: boolean;
  /** the primary identifier */
  readonly name: boolean;
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

/** Looks for what a machine readable zone says in the lines printed above it. Misread characters are allowed for, one in six. */
export function shownInPrint(mrz: Mrz, lines: readonly string[]): ShownInPrint {
  const texts = lines.map(folded);
  const shows = (value: string) =>
    value !== '' && texts.some((text) => distanceWithin(folded(value), text) <= allowed(value));
  return {
    number: shows(mrz.documentNumber),
    name: shows(mrz.primaryIdentifier.replaceAll(' ', '')),
  };
}
