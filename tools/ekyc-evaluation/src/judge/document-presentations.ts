import type { DocumentReader } from '@tegata/ekyc';
import type { EvaluationSet } from '../set/evaluation-set.ts';
import type { PresentationEntry } from '../set/manifest.ts';
import { type Rate, rateOf } from '../statistics/binomial-interval.ts';
import { mapInLanes } from './cost.ts';
import type { JudgedDocument } from './documents.ts';
import { type PresentedDocument, presentedDocument, readIfPicture } from './presented-document.ts';

// ISO/IEC 30107-3 of pictures of documents: what is presented is a document or a picture of one, and the presentation attack detection is the
// one check that tells DOCUMENT_RECAPTURED. Sessions before a camera are counted by themselves (presentation-attacks.ts).

/** A picture of `presentations`, judged. */
export interface JudgedPresentation extends PresentationEntry, PresentedDocument {
  readonly set: string;
}

/** What became of the pictures of one kind. */
export interface DocumentKindResult {
  /** `documents` for the genuine ones that are there to be read, `genuine` for those before the camera of the attacks, or the instrument */
  readonly kind: string;
  readonly role: 'genuine' | 'attack';
  readonly pictures: number;
  /** taken for the other: of an attack instrument APCER, of genuine documents BPCER; without those that have no response */
  readonly misclassified: Rate;
  /** share without a response: APNRR, BPNRR */
  readonly noResponse: Rate;
  /** share in which nothing at all is at fault, so that the document is read: of attacks IAPAR but for what the text shows */
  readonly goesOn: Rate;
  /** faults of the pictures, the most frequent first */
  readonly faults: readonly (readonly [code: string, pictures: number])[];
}

/** Judges what lies under `presentations`. */
export function judgePresentations(
  reader: Pick<DocumentReader, 'read'>,
  sets: readonly EvaluationSet[],
  { lanes, told }: { lanes: number; told: (presentation: JudgedPresentation) => void },
): Promise<JudgedPresentation[]> {
  const entries = sets.flatMap((set) => set.manifest.presentations.map((entry) => ({ set, entry })));
  return mapInLanes(entries, lanes, async ({ set, entry }) => {
    const reading = await readIfPicture(reader, set.presentation(entry));
    const judged = { set: set.directory, ...entry, ...presentedDocument(reading?.picture) };
    told(judged);
    return judged;
  });
}

/** Results by what is before the camera: genuine documents first, then as they come. */
export function documentKinds(
  documents: readonly Pick<JudgedDocument, 'presented'>[],
  presentations: readonly JudgedPresentation[],
): DocumentKindResult[] {
  const read = documents.flatMap(({ presented }) => presented ?? []);
  const kinds = [...new Set(presentations.map(({ kind }) => kind))];
  const results = kinds.map((kind) =>
    countedAs(
      kind,
      kind === 'genuine' ? 'genuine' : 'attack',
      presentations.filter((presentation) => presentation.kind === kind),
    ),
  );
  return [...(read.length === 0 ? [] : [countedAs('documents', 'genuine', read)]), ...results].sort(
    (a, b) => Number(b.role === 'genuine') - Number(a.role === 'genuine'),
  );
}

/** What became of pictures of one kind, or of whatever else has a response and reasons against it. */
export function countedAs(
  kind: string,
  role: DocumentKindResult['role'],
  pictures: readonly (Pick<PresentedDocument, 'response'> & { readonly faults: readonly string[] })[],
): DocumentKindResult {
  const responses = pictures.map(({ response }) => response).filter((response) => response !== 'no response');
  const wrong = responses.filter((response) => response === (role === 'attack' ? 'bona fide' : 'attack')).length;
  const codes = new Map<string, number>();
  for (const code of pictures.flatMap(({ faults }) => faults)) codes.set(code, (codes.get(code) ?? 0) + 1);
  const faultless = pictures.filter(({ response, faults }) => response === 'bona fide' && faults.length === 0).length;
  return {
    ...{ kind, role, pictures: pictures.length },
    misclassified: rateOf(wrong, responses.length),
    noResponse: rateOf(pictures.length - responses.length, pictures.length),
    goesOn: rateOf(faultless, pictures.length),
    faults: [...codes].sort((a, b) => b[1] - a[1]),
  };
}
