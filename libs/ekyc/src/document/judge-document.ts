import { pictureChecks } from '@tegata/document-picture';
import { REASONS, type Reason, type ReasonCode, reason } from '../reasons.ts';
import { atLeast, atMost, type Check } from '../verdict.ts';
import type { ConfirmedIdentity, DeclaredIdentity } from './declared-identity.ts';
import type { DocumentReading } from './document-reading.ts';
import { type JudgedText, judgeMrz } from './mrz-checks.ts';
import { judgePrint } from './print-checks.ts';

/**
 * What becomes of a document: `recapture` asks for another picture of it, `review` leaves it to a person, `refused` is about the document
 * or what was typed, and another picture does not help.
 */
export type DocumentOutcome = 'accepted' | 'recapture' | 'review' | 'refused';

/** The judgement of what was read from the picture of a document. */
export interface DocumentJudgement {
  readonly outcome: DocumentOutcome;
  /** empty when accepted; of one kind otherwise */
  readonly reasons: readonly Reason[];
  /** figures and limits; nothing of what was read */
  readonly checks: readonly Check[];
  /** what the document says of what was typed; personal data */
  readonly confirmed: ConfirmedIdentity;
  /** last day of the document, YYYY-MM-DD, where one was read */
  readonly expiryDate?: string | undefined;
}

/**
 * Judges a document by its text. The picture comes first: what it shows badly is not judged, but asked for again. Then which document and
 * side it is, then what stands on it, at the time given, against what the applicant has typed.
 */
export function judgeDocument(reading: DocumentReading, declared: DeclaredIdentity, at: Date): DocumentJudgement {
  const picture = pictureChecks(reading.picture).map(({ fault, measured, limit, bound }) =>
    (bound === 'least' ? atLeast : atMost)(`picture.${nameOf(fault)}`, measured, limit, fault),
  );
  if (picture.some(({ held }) => !held)) return judged(picture, {});
  const side = atMost('document.numberSide', reading.numberSide ? 1 : 0, 0, 'DOCUMENT_WRONG_SIDE');
  const kind = atLeast('document.kind', reading.type === undefined ? 0 : 1, 1, 'DOCUMENT_KIND_UNKNOWN');
  if (!side.held || !kind.held) return judged([...picture, side, kind], {});
  const { checks, confirmed, expiryDate } = judgeText(reading, declared, at);
  return { ...judged([...picture, side, kind, ...checks], confirmed), expiryDate };
}

function judgeText(
  { type, mrz, printed, printedText }: DocumentReading,
  declared: DeclaredIdentity,
  at: Date,
): JudgedText {
  if (mrz !== undefined) return judgeMrz(mrz, printedText, declared, at);
  if (type === undefined || type === 'passport' || type === 'identity-card') {
    throw new Error('a travel document without its machine readable zone');
  }
  return judgePrint(type, printed, declared, at);
}

/** `DOCUMENT_EDGE_CUT` as `edgeCut`. */
const nameOf = (code: ReasonCode): string =>
  code
    .replace('DOCUMENT_', '')
    .toLowerCase()
    .replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** What is refused is told before what can be photographed again, and that before what a person has to look at. */
function judged(checks: readonly Check[], confirmed: ConfirmedIdentity): DocumentJudgement {
  const codes = [...new Set(checks.filter(({ held }) => !held).map((check) => check.reason))];
  const remedies = [
    ['refused', codes.filter((code) => !('review' in REASONS[code]) && !('recapture' in REASONS[code]))],
    ['recapture', codes.filter((code) => 'recapture' in REASONS[code])],
    ['review', codes.filter((code) => 'review' in REASONS[code])],
  ] as const;
  const [outcome, told] = remedies.find(([, some]) => some.length > 0) ?? (['accepted', []] as const);
  return { outcome, reasons: told.map(reason), checks, confirmed };
}
