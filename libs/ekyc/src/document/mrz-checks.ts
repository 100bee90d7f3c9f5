import { type Mrz, namesAgree, parseMrz } from '@tegata/emrtd';
import { TEXT_THRESHOLDS } from '../thresholds.ts';
import { atLeast, atMost, type Check } from '../verdict.ts';
import {
  birthDateChecks,
  type ConfirmedIdentity,
  type DeclaredIdentity,
  failed,
  reasonOfDifference,
} from './declared-identity.ts';
import { dateChecks } from './document-dates.ts';
import { type ShownInPrint, shownInPrint } from './printed-zone.ts';
import type { MrzReading } from './read-mrz.ts';
import { editDistance } from './same-text.ts';

/** What a machine readable zone was found to say, and whether it holds. */
export interface JudgedText {
  readonly checks: readonly Check[];
  readonly confirmed: ConfirmedIdentity;
  /** last day of the document, YYYY-MM-DD, where one was read */
  readonly expiryDate?: string | undefined;
}

const nothing = (...checks: Check[]): JudgedText => ({ checks, confirmed: {} });

/** Confidence in a zone whose check digits fit; the second reader was compared before. */
const SURE = 100;

/** Judges a machine readable zone: both readers, check digits, dates, what is printed above it, what was typed. */
export function judgeMrz(
  reading: MrzReading,
  printedText: readonly string[],
  declared: DeclaredIdentity,
  at: Date,
): JudgedText {
  const { templates, tesseract, differing, format } = reading;
  const readers = atLeast('mrz.readers', tesseract === undefined ? 1 : 2, 2, 'DOCUMENT_MRZ_UNCERTAIN');
  if (tesseract === undefined) return nothing(readers);
  const { maxDifferingPlaces } = TEXT_THRESHOLDS;
  const agreement = atMost('mrz.differing', differing.length, maxDifferingPlaces, 'DOCUMENT_MRZ_UNCERTAIN');
  // both read the same, and the digits are wrong: so they are on the document
  const wrong =
    differing.length === 0 && templates.repaired === 0 ? 'DOCUMENT_CHECK_DIGIT_WRONG' : 'DOCUMENT_MRZ_UNCERTAIN';
  const sound = atLeast('mrz.checkDigits', templates.sound ? 1 : 0, 1, wrong);
  if (!agreement.held || !sound.held) return nothing(readers, agreement, sound);

  const mrz = parseMrz(templates.lines.join('\n'), at);
  const shown = shownInPrint(mrz, printedText);
  const unsettled = differing.filter((place) => !isSettled(place, mrz, tesseract.sound, shown)).length;
  const checks = [
    readers,
    agreement,
    sound,
    atMost('mrz.unsettled', unsettled, 0, 'DOCUMENT_MRZ_UNCERTAIN'),
    atLeast('mrz.birthDate', mrz.birthDate === undefined ? 0 : 1, 1, 'DOCUMENT_DATES_IMPLAUSIBLE'),
    ...(format === 'TD3'
      ? [atLeast('mrz.expiryDate', mrz.expiryDate === undefined ? 0 : 1, 1, 'DOCUMENT_DATES_IMPLAUSIBLE')]
      : []),
    ...dateChecks({ birthDate: mrz.birthDate, expiryDate: mrz.expiryDate }, at),
    // the side of a card that has the zone prints little else
    ...(format === 'TD3' ? printChecks(shown, printedText) : []),
    ...nameChecks(mrz, parseMrz(tesseract.lines.join('\n'), at), declared),
    ...(mrz.birthDate === undefined ? [] : birthDateChecks(declared, mrz.birthDate, SURE)),
  ];
  return { checks, confirmed: confirmedBy(mrz, declared), expiryDate: mrz.expiryDate };
}

/**
 * Whether something else decides between two readers that differ at a place: the check digits, where only one reading has them right; what is
 * printed above, for the number and the name. Characters whose values differ by ten have the same check digit.
 */
function isSettled(
  { line, at }: { readonly line: number; readonly at: number },
  { format }: Mrz,
  bothSound: boolean,
  shown: ShownInPrint,
): boolean {
  const nameLine = format === 'TD1' ? 2 : 0;
  if (line === nameLine) return shown.name;
  if (!bothSound) return true;
  const [numberLine, from] = format === 'TD1' ? [0, 5] : [1, 0];
  return line === numberLine && at >= from && at < from + 9 && shown.number;
}

function printChecks(shown: ShownInPrint, lines: readonly string[]): Check[] {
  const seen = shown.number || shown.name;
  const legible = lines.length >= TEXT_THRESHOLDS.minPrintedLines && seen;
  const reason = legible ? 'DOCUMENT_PRINT_DIFFERS' : 'DOCUMENT_TEXT_UNREADABLE';
  return [
    atLeast('print.number', shown.number ? 1 : 0, 1, reason),
    atLeast('print.name', shown.name ? 1 : 0, 1, reason),
  ];
}

type NamePart = keyof Mrz['cutOff'];
const nameIn = ({ primaryIdentifier, secondaryIdentifier }: Mrz, part: NamePart): string =>
  part === 'primary' ? primaryIdentifier : secondaryIdentifier;

/** The typed names against those of both readings. Names in other writing are not compared. */
function nameChecks(mrz: Mrz, second: Mrz, { familyName, givenName }: DeclaredIdentity): Check[] {
  const check = (name: string, typed: string | undefined, part: NamePart): Check[] => {
    const [zone, other] = [nameIn(mrz, part), nameIn(second, part)];
    const agrees = typed === undefined ? undefined : namesAgree(typed, zone, mrz.cutOff[part]);
    if (typed === undefined || agrees === undefined) return [];
    if (agrees) return [atMost(name, 0, 0, 'DOCUMENT_NAME_DIFFERS')];
    if (namesAgree(typed, other, second.cutOff[part])) return [failed(name, 1, 0, 'DOCUMENT_MRZ_UNCERTAIN')];
    const letters = (text: string) =>
      text
        .normalize('NFD')
        .toUpperCase()
        .replaceAll(/[^A-Z]/g, '');
    const distance = Math.max(1, editDistance(letters(typed), letters(zone)));
    return [failed(name, distance, 0, reasonOfDifference(distance, zone.length, SURE))];
  };
  return [
    ...check('document.familyName', familyName, 'primary'),
    ...check('document.givenName', givenName, 'secondary'),
  ];
}

/** Names as they were typed where the zone spells them so in full, else in its spelling; no address. */
function confirmedBy(mrz: Mrz, { familyName, givenName }: DeclaredIdentity): ConfirmedIdentity {
  const named = (typed: string | undefined, zone: string) =>
    typed !== undefined && namesAgree(typed, zone, false) ? typed : zone;
  return {
    familyName: named(familyName, mrz.primaryIdentifier),
    ...(mrz.secondaryIdentifier !== '' && { givenName: named(givenName, mrz.secondaryIdentifier) }),
    ...(mrz.birthDate !== undefined && { birthDate: mrz.birthDate }),
  };
}
