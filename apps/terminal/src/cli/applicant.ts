import type { Applicant } from '@tegata/contracts/management-v1';
import { TerminalError } from '../terminal-error.ts';
import type { Prompts } from './prompts.ts';

/** The applicant as options. */
export interface ApplicantOptions {
  readonly familyName?: string;
  readonly givenName?: string;
  readonly birthDate?: string;
  readonly address?: string;
}

/** The applicant from options; what is missing is asked for. INPUT_NEEDED, USAGE. */
export async function applicantFrom(options: ApplicantOptions, prompts: Prompts): Promise<Applicant> {
  const ask = (given: string | undefined, question: string, check = notEmpty) =>
    given === undefined ? prompts.text(question, check) : Promise.resolve(given);
  const familyName = await ask(options.familyName, 'Family name, as on the identity document (--family-name)');
  const givenName = await ask(options.givenName, 'Given name, as on the identity document (--given-name)');
  const birthDate = await ask(options.birthDate, 'Date of birth, YYYY-MM-DD (--birth-date)', (value) =>
    readDate(value) === undefined ? 'A date as YYYY-MM-DD' : undefined,
  );
  const address = await ask(options.address, 'Postal address (--address)');
  const date = readDate(birthDate);
  if (date === undefined) {
    throw new TerminalError('invalid', 'USAGE', `${birthDate} is not a date of birth; write it as YYYY-MM-DD.`);
  }
  return { familyName, givenName, birthDate: date, address };
}

function notEmpty(value: string): string | undefined {
  return value.trim() === '' ? 'Needed' : undefined;
}

/** A day of the calendar, written YYYY-MM-DD. */
export function readDate(text: string): { year: number; month: number; day: number } | undefined {
  const [, year, month, day] = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text.trim()) ?? [];
  if (year === undefined) return undefined;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) && Number(year) >= 1900;
  return exists ? { year: Number(year), month: Number(month), day: Number(day) } : undefined;
}
