import { refusal } from '@tegata/service-kit';
import type { EvidenceKindOfIdentity } from './evidence-kind.ts';

/** A picture of a document with a portrait. Its text is not read: attributes are those that the applicant declared. */
export const documentImage: EvidenceKindOfIdentity = {
  grade: { method: 'document-and-id-photo', evidenceClass: 'document-image', assuranceLevel: 1 },
  examine(_context, { documentImage: picture, declaredAttributes, documentChip, publicKeyIdentity }) {
    if (picture.length === 0 || documentChip || publicKeyIdentity) throw refusal('DOCUMENTS_UNREADABLE');
    return { portrait: { picture, kind: 'page' }, attributes: declaredAttributes };
  },
};
