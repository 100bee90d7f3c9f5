import { namesAgree } from '@tegata/emrtd';
import type { ReasonCode } from '../reasons.ts';
import { TEXT_THRESHOLDS } from '../thresholds.ts';
import type { Check } from '../verdict.ts';
import { atMost } from '../verdict.ts';
import { editDistance, foldedAddress, foldedName } from './same-text.ts';

/** What an applicant has typed. What was not asked for is absent. */
export interface DeclaredIdentity {
  readonly familyName?: string;
  readonly givenName?: string;
  /** YYYY-MM-DD */
  readonly birthDate?: string;
  readonly address?: string;
}

/** Of what was typed or is printed, what the document says: for the certificate. */
export type ConfirmedIdentity = DeclaredIdentity;

/** A check that did not hold, with what was measured. */
export const failed = (name: string, measured: number, limit: number, reason: ReasonCode): Check => ({
  name,
  measured,
  limit,
  held: false,
  reason,
});

const isLatin = (name: string): boolean =>
  /\p{Script=Latin}/u.test(name) && !/[^\p{Script=Latin}\p{M}\p{P}\p{Zs}]/u.test(name);

/** The typed name against a name printed in one piece, of which it is not known what the family's is. */
export function nameChecks(declared: DeclaredIdentity, printed: string, confidence: number): Check[] {
  const { familyName, givenName } = declared;
  if (familyName === undefined && givenName === undefined) return [];
  const typed = [familyName ?? '', givenName ?? ''];
  const name = 'document.name';
  if (isLatin(typed.join(' ')) !== isLatin(printed)) return [failed(name, 1, 0, 'DOCUMENT_NAME_OTHER_WRITING')];
  const orders = [typed.join(' '), typed.toReversed().join(' ')];
  const distance = isLatin(printed)
    ? orders.some((order) => namesAgree(order, printed, false))
      ? 0
      : Math.min(...orders.map((order) => editDistance(foldedName(order), foldedName(printed))))
    : editDistance(foldedName(orders[0]!), foldedName(printed));
  return [atMost(name, distance, 0, reasonOfDifference(distance, foldedName(printed).length, confidence))];
}

/** What a name that differs so far means. */
export function reasonOfDifference(distance: number, length: number, confidence: number): ReasonCode {
  if (confidence < TEXT_THRESHOLDS.sureConfidence) return 'DOCUMENT_TEXT_UNREADABLE';
  return distance <= 1 && length >= TEXT_THRESHOLDS.minUncertainName
    ? 'DOCUMENT_NAME_UNCERTAIN'
    : 'DOCUMENT_NAME_DIFFERS';
}

/** The typed day of birth against the one that was read. */
export function birthDateChecks({ birthDate }: DeclaredIdentity, read: string, confidence: number): Check[] {
  if (birthDate === undefined) return [];
  const sure = confidence >= TEXT_THRESHOLDS.sureConfidence;
  const differs = birthDate === read ? 0 : 1;
  return [atMost('document.birthDate', differs, 0, sure ? 'DOCUMENT_BIRTH_DATE_DIFFERS' : 'DOCUMENT_TEXT_UNREADABLE')];
}

/** How far a typed address is from the printed one, as a share; 0 too where one of them only says more, such as the building. */
export function addressDifference(typed: string, printed: string): number {
  const [one, other] = [foldedAddress(typed), foldedAddress(printed)];
  const says = (longer: string, shorter: string) => beginningLike(longer, shorter) !== undefined;
  const isLong = Math.min(one.length, other.length) >= TEXT_THRESHOLDS.minAddress;
  if (isLong && (says(typed, printed) || says(printed, typed))) return 0;
  return editDistance(one, other) / Math.max(1, one.length, other.length);
}

/** Of a typed address as much as is printed: a building that is not printed is nobody's word but the applicant's. */
export const addressAsPrinted = (typed: string, printed: string): string => beginningLike(typed, printed) ?? typed;

/** The beginning of an address that is like another one; undefined where there is none, or a number goes on after it. */
function beginningLike(address: string, other: string): string | undefined {
  const wanted = foldedAddress(other);
  const characters = [...address];
  for (let end = characters.length; end > 0; end--) {
    const beginning = characters.slice(0, end).join('');
    if (foldedAddress(beginning) !== wanted) continue;
    const goesOn = [characters[end - 1]!, characters[end] ?? ''].every((character) => /\p{N}/u.test(character));
    return goesOn ? undefined : beginning.replace(/[\s\p{Pd}−ー,、。・.…]+$/u, '');
  }
  return undefined;
}

/** The typed address against the printed one. */
export function addressChecks({ address }: DeclaredIdentity, printed: string, confidence: number): Check[] {
  if (address === undefined || address.trim() === '') return [];
  const difference = addressDifference(address, printed);
  const { sureConfidence, maxUncertainAddress } = TEXT_THRESHOLDS;
  const reason =
    confidence < sureConfidence
      ? 'DOCUMENT_TEXT_UNREADABLE'
      : difference <= maxUncertainAddress
        ? 'DOCUMENT_ADDRESS_UNCERTAIN'
        : 'DOCUMENT_ADDRESS_DIFFERS';
  return [atMost('document.address', difference, 0, reason)];
}
