import type { ChipPassword } from '@tegata/emrtd';
import { TerminalError } from '../terminal-error.ts';
import { readDate } from './applicant.ts';
import type { Prompts } from './prompts.ts';

/** What opens a chip, as options. */
export interface ChipPasswordOptions {
  readonly documentNumber?: string | undefined;
  readonly birthDate?: string | undefined;
  readonly expiryDate?: string | undefined;
  readonly can?: string | undefined;
}

/** What opens the chip, from options; what is missing is asked for. INPUT_NEEDED, USAGE. */
export async function chipPasswordFrom(options: ChipPasswordOptions, prompts: Prompts): Promise<ChipPassword> {
  if (options.can !== undefined) return { kind: 'can', number: options.can };
  const notEmpty = (value: string) => (value.trim() === '' ? 'Needed' : undefined);
  const aDate = (value: string) => (readDate(value) === undefined ? 'A date as YYYY-MM-DD' : undefined);
  const documentNumber =
    options.documentNumber ?? (await prompts.text('Document number, as printed (--document-number)', notEmpty));
  const birthDate = day(options.birthDate ?? (await prompts.text('Date of birth, YYYY-MM-DD (--birth-date)', aDate)));
  const expiryDate = day(
    options.expiryDate ?? (await prompts.text('Expiry date of the document, YYYY-MM-DD (--expiry-date)', aDate)),
  );
  return { kind: 'mrz', documentNumber, birthDate, expiryDate };
}

function day(text: string): string {
  if (readDate(text) !== undefined) return text.trim();
  throw new TerminalError('invalid', 'USAGE', `${text} is not a date; write it as YYYY-MM-DD.`);
}
