import { compileValidator, descriptors } from '@tegata/contracts';
import { EvidenceKind, IdentityDocuments, type StartVerificationRequest } from '@tegata/contracts/authentication-v1';
import { refusal } from '@tegata/service-kit';
import { documentChip } from './document-chip.ts';
import { documentImage } from './document-image.ts';
import type { EvidenceKindOfIdentity } from './evidence-kind.ts';
import { publicKeyIdentity } from './public-key-identity.ts';

/** Every kind of evidence that identity is verified with. */
const kinds: ReadonlyMap<EvidenceKind, EvidenceKindOfIdentity> = new Map([
  [EvidenceKind.DOCUMENT_IMAGE, documentImage],
  [EvidenceKind.DOCUMENT_CHIP, documentChip],
  [EvidenceKind.PUBLIC_KEY, publicKeyIdentity],
]);

const validate = compileValidator(required(descriptors().getMessage('tegata.authentication.v1.IdentityDocuments')));

/**
 * What a terminal has sealed, by the rules of its fields: nobody could look at it before.
 * @throws ServiceError INVALID_ARGUMENT (DOCUMENTS_UNREADABLE)
 */
export function readIdentityDocuments(octets: Uint8Array): IdentityDocuments {
  let documents: IdentityDocuments;
  try {
    documents = IdentityDocuments.decode(octets);
  } catch (cause) {
    throw refusal('DOCUMENTS_UNREADABLE', { cause });
  }
  const fieldViolations = validate(documents);
  if (fieldViolations.length > 0) throw refusal('DOCUMENTS_UNREADABLE', { fieldViolations });
  return documents;
}

/** What a carrier accepts: kinds, none for all, and the least assurance level. */
export type AcceptedEvidence = Pick<StartVerificationRequest, 'acceptedEvidence' | 'minimumAssuranceLevel'>;

const everything: AcceptedEvidence = { acceptedEvidence: [], minimumAssuranceLevel: 0 };

/**
 * The kind of some evidence.
 * @throws ServiceError FAILED_PRECONDITION (EVIDENCE_NOT_ACCEPTED)
 */
export function evidenceKindOf(
  { kind }: IdentityDocuments,
  { acceptedEvidence, minimumAssuranceLevel }: AcceptedEvidence = everything,
): EvidenceKindOfIdentity {
  const found = kinds.get(kind);
  const wanted = acceptedEvidence.length === 0 || acceptedEvidence.includes(kind);
  if (!found || !wanted || found.grade.assuranceLevel < minimumAssuranceLevel) throw refusal('EVIDENCE_NOT_ACCEPTED');
  return found;
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the contracts lack a message');
  return value;
}
