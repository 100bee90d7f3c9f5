import { compileValidator, descriptors } from '@tegata/contracts';
import {
  type DeclaredAttribute,
  EvidenceKind,
  IdentityDocuments,
  type StartVerificationRequest,
} from '@tegata/contracts/authentication-v1';
import { canonicalValue, VALUE_CHARACTERS } from '@tegata/identity';
import { refusal } from '@tegata/service-kit';
import { documentChip } from './document-chip.ts';
import { documentImage } from './document-image.ts';
import { earlierVerification } from './earlier-verification.ts';
import type { EvidenceGrade, EvidenceKindOfIdentity, ExaminedEvidence } from './evidence-kind.ts';
import { publicKeyIdentity } from './public-key-identity.ts';

/** Every kind of evidence that identity is verified with. */
const kinds: ReadonlyMap<EvidenceKind, EvidenceKindOfIdentity> = new Map([
  [EvidenceKind.DOCUMENT_IMAGE, documentImage],
  [EvidenceKind.DOCUMENT_CHIP, documentChip],
  [EvidenceKind.PUBLIC_KEY, publicKeyIdentity],
  [EvidenceKind.EARLIER_VERIFICATION, earlierVerification],
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

/**
 * Each attribute is declared once: of two values one would be compared and the other shown. In the form in which it is certified it may be
 * as long as one that is certified can be: some characters are eighteen in that form.
 * @throws ServiceError INVALID_ARGUMENT (DECLARED_ATTRIBUTE_REPEATED, DECLARED_ATTRIBUTE_TOO_LONG)
 */
export function requireDeclarable({ declaredAttributes }: Pick<IdentityDocuments, 'declaredAttributes'>): void {
  const names = new Set(declaredAttributes.map(({ name }) => name));
  if (names.size < declaredAttributes.length) throw refusal('DECLARED_ATTRIBUTE_REPEATED');
  const isTooLong = ({ value }: DeclaredAttribute) => [...canonicalValue(value)].length > VALUE_CHARACTERS;
  if (declaredAttributes.some(isTooLong)) throw refusal('DECLARED_ATTRIBUTE_TOO_LONG');
}

/** What a carrier accepts: kinds, none for all, the least assurance level, and the most days since an earlier verification. */
export type AcceptedEvidence = Pick<
  StartVerificationRequest,
  'acceptedEvidence' | 'minimumAssuranceLevel' | 'maximumVerificationAgeDays'
>;

/** The kind of some evidence. @throws ServiceError FAILED_PRECONDITION (EVIDENCE_NOT_ACCEPTED) */
export function evidenceKindOf({ kind }: Pick<IdentityDocuments, 'kind'>): EvidenceKindOfIdentity {
  const found = kinds.get(kind);
  if (!found) throw refusal('EVIDENCE_NOT_ACCEPTED');
  return found;
}

const dayMs = 86_400_000;

/**
 * Whether evidence satisfies the carrier. An earlier verification is as good as the evidence it was made with, and as old.
 * @throws ServiceError FAILED_PRECONDITION (EVIDENCE_NOT_ACCEPTED)
 */
export function requireAccepted(
  grade: EvidenceGrade,
  { acceptedEvidence, minimumAssuranceLevel, maximumVerificationAgeDays }: AcceptedEvidence,
  earlier: Pick<NonNullable<ExaminedEvidence['earlier']>, 'verifiedAt'> | undefined,
  now: Date,
): void {
  const wanted =
    acceptedEvidence.length === 0 || acceptedEvidence.some((kind) => classOf(kind) === grade.evidenceClass);
  const age = earlier === undefined ? 0 : now.getTime() - earlier.verifiedAt.getTime();
  const isTooOld = maximumVerificationAgeDays > 0 && age > maximumVerificationAgeDays * dayMs;
  if (!wanted || isTooOld || grade.assuranceLevel < minimumAssuranceLevel) throw refusal('EVIDENCE_NOT_ACCEPTED');
}

const classOf = (kind: EvidenceKind): string | undefined => kinds.get(kind)?.grade?.evidenceClass;

/** What a certificate will say of some evidence. */
export function gradeOf(
  kind: EvidenceKindOfIdentity,
  {
    earlier,
    grade: own,
  }: { readonly earlier?: ExaminedEvidence['earlier']; readonly grade?: ExaminedEvidence['grade'] },
): EvidenceGrade {
  const grade = own ?? kind.grade ?? earlier?.grade;
  if (grade === undefined) throw new Error('evidence without a grade');
  return grade;
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the contracts lack a message');
  return value;
}
