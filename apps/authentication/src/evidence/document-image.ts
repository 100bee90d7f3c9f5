import { refusal } from '@tegata/service-kit';
import { readDocumentText } from './document-text.ts';
import type { EvidenceKindOfIdentity } from './evidence-kind.ts';

/**
 * A picture of a document with a portrait. Its text is read once, when the verification is opened; what it does not say of what the
 * applicant declared gets into no certificate.
 */
export const documentImage: EvidenceKindOfIdentity = {
  grade: { method: 'document-and-id-photo', evidenceClass: 'document-image', assuranceLevel: 1 },
  examine(_context, { documentImage: picture, documentChip, publicKeyIdentity }) {
    if (picture.length === 0 || documentChip || publicKeyIdentity) throw refusal('DOCUMENTS_UNREADABLE');
    return { portrait: { picture, kind: 'page' }, attributes: [] };
  },
  read: readDocumentText,
};
