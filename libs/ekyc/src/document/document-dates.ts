import { dayAt } from '@tegata/emrtd';
import { TEXT_THRESHOLDS } from '../thresholds.ts';
import { atLeast, atMost, type Check } from '../verdict.ts';
import type { Day } from './japanese-date.ts';

/** Days that a document names. */
export interface DocumentDates {
  readonly birthDate: Day | undefined;
  readonly issueDate?: Day | undefined;
  /** undefined where the document does not expire, or was not read */
  readonly expiryDate: Day | undefined;
}

const dayMs = 86_400_000;
/** Days from one day to another. */
const daysBetween = (from: Day, to: Day): number => Math.round((Date.parse(to) - Date.parse(from)) / dayMs);

/** Expiry, and whether the days of a document can be those of one document: birth, then issue, then expiry, in spans that occur. */
export function dateChecks({ birthDate, issueDate, expiryDate }: DocumentDates, at: Date): Check[] {
  const today = dayAt(at);
  const { maxAgeDays, maxValidityDays } = TEXT_THRESHOLDS;
  const implausible = 'DOCUMENT_DATES_IMPLAUSIBLE';
  const checks: Check[] = [];
  if (expiryDate !== undefined) {
    checks.push(atLeast('document.daysLeft', daysBetween(today, expiryDate), 0, 'DOCUMENT_EXPIRED'));
    const begin = issueDate ?? today;
    checks.push(atMost('document.validity', daysBetween(begin, expiryDate), maxValidityDays, implausible));
  }
  if (birthDate !== undefined) {
    checks.push(atLeast('document.age', daysBetween(birthDate, issueDate ?? today), 0, implausible));
    checks.push(atMost('document.age', daysBetween(birthDate, today), maxAgeDays, implausible));
  }
  if (issueDate !== undefined) {
    checks.push(atLeast('document.issued', daysBetween(issueDate, today), 0, implausible));
    if (expiryDate !== undefined) {
      checks.push(atLeast('document.validity', daysBetween(issueDate, expiryDate), 1, implausible));
    }
  }
  return checks;
}
