import { TEXT_THRESHOLDS } from '../thresholds.ts';
import { atLeast, type Check } from '../verdict.ts';
import {
  addressAsPrinted,
  addressChecks,
  birthDateChecks,
  type ConfirmedIdentity,
  type DeclaredIdentity,
  nameChecks,
} from './declared-identity.ts';
import { dateChecks } from './document-dates.ts';
import { isLicenceNumberSound } from './licence-number.ts';
import type { JudgedText } from './mrz-checks.ts';
import type { JapaneseDocument, PrintedFields } from './printed-fields.ts';

/** What has to be legible on each document. A driving history certificate does not expire. */
const neededFields: Readonly<Record<JapaneseDocument, readonly (keyof PrintedFields)[]>> = {
  'driving-licence': ['name', 'birthDate', 'address', 'expiryDate', 'number'],
  'driving-history-certificate': ['name', 'birthDate', 'address', 'number'],
  'my-number-card': ['name', 'birthDate', 'address', 'expiryDate'],
  'residence-card': ['name', 'birthDate', 'expiryDate', 'number'],
};

/** Judges what a Japanese document prints: legible, consistent, in force, and what was typed. */
export function judgePrint(
  document: JapaneseDocument,
  fields: PrintedFields,
  declared: DeclaredIdentity,
  at: Date,
): JudgedText {
  const legible = neededFields[document].map((field) =>
    atLeast(
      `print.${field}`,
      fields[field]?.confidence ?? 0,
      TEXT_THRESHOLDS.minConfidence,
      'DOCUMENT_TEXT_UNREADABLE',
    ),
  );
  if (legible.some(({ held }) => !held)) return { checks: legible, confirmed: {} };
  const { name, birthDate, address, issueDate, expiryDate, number } = fields;
  const checks: Check[] = [
    ...legible,
    ...dateChecks({ birthDate: birthDate?.value, issueDate: issueDate?.value, expiryDate: expiryDate?.value }, at),
    ...(document === 'residence-card' || number === undefined
      ? []
      : [atLeast('print.checkDigit', isLicenceNumberSound(number.value) ? 1 : 0, 1, 'DOCUMENT_NUMBER_UNSOUND')]),
    ...(name ? nameChecks(declared, name.value, name.confidence) : []),
    ...(birthDate ? birthDateChecks(declared, birthDate.value, birthDate.confidence) : []),
    ...(address ? addressChecks(declared, address.value, address.confidence) : []),
  ];
  return { checks, confirmed: confirmedBy(fields, declared, checks), expiryDate: expiryDate?.value };
}

/** What was typed and is printed so. Which part of a printed name is the family's is not printed. */
function confirmedBy(
  { birthDate, address: printed }: PrintedFields,
  declared: DeclaredIdentity,
  checks: readonly Check[],
): ConfirmedIdentity {
  const holds = (name: string) => checks.some((check) => check.name === name && check.held);
  const { familyName, givenName, address } = declared;
  return {
    ...(holds('document.name') && familyName !== undefined && { familyName }),
    ...(holds('document.name') && givenName !== undefined && { givenName }),
    ...(birthDate && { birthDate: birthDate.value }),
    ...(holds('document.address') && address && printed && { address: addressAsPrinted(address, printed.value) }),
  };
}
