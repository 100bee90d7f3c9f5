import type { DeclaredAttribute, IdentityDocuments } from '@tegata/contracts/authentication-v1';
import {
  type ConfirmedIdentity,
  type DeclaredIdentity,
  type DocumentJudgement,
  type DocumentReading,
  EkycError,
  judgeDocument,
  REASONS,
  type Reason,
} from '@tegata/ekyc';
import { certifiedName } from '@tegata/identity';
import type { AuthenticationContext } from '../context.ts';
import type { EvidenceReading } from './evidence-kind.ts';

/**
 * Reads the text of a document in a worker thread and judges it. A picture over which the worker dies is to be taken again: it would
 * end the next worker, too.
 * @throws EkycError when the reader is busy, late or away
 */
export async function readDocumentText(
  { reader, clock }: Pick<AuthenticationContext, 'reader' | 'clock'>,
  { documentImage, declaredAttributes }: IdentityDocuments,
  signal: AbortSignal | undefined,
): Promise<EvidenceReading> {
  let reading: DocumentReading;
  try {
    reading = await reader.read(documentImage, { legibleOnly: true, ...(signal && { signal }) });
  } catch (error) {
    if (!(error instanceof EkycError && error.code === 'EKYC_WORKER_CRASHED')) throw error;
    const reason: Reason = { code: 'DOCUMENT_UNREADABLE', sentence: REASONS.DOCUMENT_UNREADABLE.sentence };
    return { outcome: 'recapture', reasons: [reason], attributes: [], audit: {} };
  }
  const judgement = judgeDocument(reading, declaredIdentity(declaredAttributes), clock());
  return {
    outcome: judgement.outcome,
    reasons: judgement.reasons,
    attributes: attributesOf(judgement.confirmed),
    expiryDate: judgement.expiryDate,
    audit: auditOf(reading, judgement),
  };
}

/** What the audit record keeps: kind, figures and limits; nothing that was read. */
const auditOf = ({ type, models }: DocumentReading, { outcome, checks }: DocumentJudgement): object => ({
  outcome,
  type,
  checks,
  models,
});

const names = {
  familyName: 'family_name',
  givenName: 'given_name',
  birthDate: 'birth_date',
  address: 'address',
} as const;
type Field = keyof typeof names;

function declaredIdentity(declared: readonly DeclaredAttribute[]): DeclaredIdentity {
  const known = (Object.keys(names) as Field[]).flatMap((field) => {
    const value = declared.find(({ name }) => name === names[field])?.value;
    return value === undefined || value === '' ? [] : [[field, value] as const];
  });
  return Object.fromEntries(known);
}

const attributesOf = (confirmed: ConfirmedIdentity) =>
  (Object.keys(names) as Field[]).flatMap((field) => {
    const value = confirmed[field];
    if (value === undefined) return [];
    const isName = field === 'familyName' || field === 'givenName';
    return [{ name: names[field], value: isName ? certifiedName(value) : value }];
  });
