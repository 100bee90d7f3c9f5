import type { DocumentReader, DocumentReading } from '@tegata/ekyc';
import { parseMrz } from '@tegata/emrtd';
import type { EvaluationSet } from '../set/evaluation-set.ts';
import type { DocumentEntry } from '../set/manifest.ts';
import { type Rate, rateOf } from '../statistics/binomial-interval.ts';
import { type Cost, costing, mapInLanes } from './cost.ts';
import { type PresentedDocument, presentedDocument, readIfPicture } from './presented-document.ts';
import { writtenDate } from './written-date.ts';

/** How one field of one document was read. */
export interface ReadField {
  readonly field: string;
  readonly truth: string;
  /** undefined where it was not found */
  readonly read: string | undefined;
}

/** A document, read. */
export interface JudgedDocument extends DocumentEntry {
  readonly set: string;
  /** what the reader takes it for; undefined for none it knows, or no picture */
  readonly readAs: string | undefined;
  readonly readFields: readonly ReadField[];
  /** places in which the two readers of the machine readable zone differ; null where there are not two readings */
  readonly differing: number | null;
  /** whether its picture is taken for one of a document; absent in what was measured before that was asked */
  readonly presented?: PresentedDocument;
  readonly cost: Cost;
}

/** Reading rates of one field of one kind of document. */
export interface FieldResult {
  readonly type: string;
  readonly field: string;
  /** read exactly */
  readonly right: Rate;
  /** read otherwise: worse than not at all */
  readonly wrong: number;
  readonly missing: number;
}

/** Reads every document of the sets. */
export function readDocuments(
  reader: Pick<DocumentReader, 'read'>,
  sets: readonly EvaluationSet[],
  { lanes, at, told }: { lanes: number; at: Date; told: (document: JudgedDocument) => void },
): Promise<JudgedDocument[]> {
  const documents = sets.flatMap((set) => set.manifest.documents.map((entry) => ({ set, entry })));
  return mapInLanes(documents, lanes, async ({ set, entry }) => {
    const picture = set.document(entry);
    const { value: reading, cost } = await costing(lanes === 1, () => readIfPicture(reader, picture));
    const judged = {
      ...{ set: set.directory, ...entry, cost },
      readAs: reading?.type,
      readFields: fieldsOf(entry, reading, at),
      differing: reading?.mrz?.tesseract === undefined ? null : reading.mrz.differing.length,
      presented: presentedDocument(reading?.picture),
    };
    told(judged);
    return judged;
  });
}

/** Rates by kind of document and field, in the order in which they come. */
export function readingRates(documents: readonly JudgedDocument[]): FieldResult[] {
  const types = [...new Set(documents.map(({ type }) => type))];
  return types.flatMap((type) => {
    const fields = documents.filter((document) => document.type === type).flatMap(({ readFields }) => readFields);
    return [...new Set(fields.map(({ field }) => field))].map((field) => {
      const read = fields.filter((one) => one.field === field);
      const right = read.filter((one) => one.read === one.truth).length;
      const missing = read.filter((one) => one.read === undefined).length;
      return { type, field, right: rateOf(right, read.length), wrong: read.length - right - missing, missing };
    });
  });
}

/** The whole zone as one field: exact means each of its characters. */
export const ZONE = 'MRZ';

function fieldsOf({ mrz, fields }: DocumentEntry, reading: DocumentReading | undefined, at: Date): ReadField[] {
  return [...zoneFields(mrz, reading, at), ...printedFields(fields, reading)];
}

function zoneFields(truth: readonly string[] | undefined, reading: DocumentReading | undefined, at: Date): ReadField[] {
  if (truth === undefined) return [];
  const { templates, tesseract } = reading?.mrz ?? {};
  const [expected, seen] = [truth.join('\n'), templates?.lines.join('\n')];
  const [trueFields, readFields] = [partsOf(expected, at), seen === undefined ? {} : partsOf(seen, at)];
  return [
    { field: ZONE, truth: expected, read: seen },
    { field: `${ZONE}, second reader`, truth: expected, read: tesseract?.lines.join('\n') },
    ...Object.entries(trueFields).map(([field, value]) => ({
      field: `${ZONE} ${field}`,
      truth: value,
      read: readFields[field],
    })),
  ];
}

function partsOf(zone: string, at: Date): Readonly<Record<string, string>> {
  try {
    const { documentNumber, primaryIdentifier, secondaryIdentifier, birthDate, expiryDate } = parseMrz(zone, at);
    return {
      ...{ number: documentNumber, names: `${primaryIdentifier} ${secondaryIdentifier}`.trim() },
      ...(birthDate !== undefined && { 'birth date': birthDate }),
      ...(expiryDate !== undefined && { 'expiry date': expiryDate }),
    };
  } catch {
    return {};
  }
}

/** Fields of the printed zone that the reader understands, by their names in manifests. */
const PRINTED = [
  ['nameJa', 'name', (text: string) => text.replaceAll(/\s/g, '')],
  ['birthJa', 'birthDate', writtenDate],
  ['addrJa', 'address', (text: string) => text.normalize('NFKC').replaceAll(/\s/g, '')],
  ['issueJa', 'issueDate', writtenDate],
  ['expJa', 'expiryDate', writtenDate],
  ['noJa', 'number', (text: string) => text],
] as const;

function printedFields(fields: DocumentEntry['fields'], reading: DocumentReading | undefined): ReadField[] {
  return PRINTED.flatMap(([name, printed, normalised]) => {
    const written = fields[name];
    if (written === undefined) return [];
    const read = reading?.printed[printed]?.value;
    return [{ field: printed, truth: normalised(written), read: read === undefined ? undefined : normalised(read) }];
  });
}
