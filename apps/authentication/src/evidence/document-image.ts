import { REASONS } from '@tegata/ekyc';
import { refusal } from '@tegata/service-kit';
import type { AuthenticationContext } from '../context.ts';
import { readDocumentText } from './document-text.ts';
import type { EvidenceKindOfIdentity, EvidenceReading } from './evidence-kind.ts';

/**
 * A picture of a document with a portrait. Its text is read once, when the verification is opened; what it does not say of what the
 * applicant declared gets into no certificate.
 */
export const documentImage: EvidenceKindOfIdentity = {
  grade: { method: 'document-and-id-photo', evidenceClass: 'document-image', assuranceLevel: 1 },
  examine(_context, { documentImage: picture, documentChip, publicKeyIdentity, earlierVerification }) {
    const isAlone = !documentChip && !publicKeyIdentity && !earlierVerification;
    if (picture.length === 0 || !isAlone) throw refusal('DOCUMENTS_UNREADABLE');
    return { portrait: { picture, kind: 'page' }, attributes: [] };
  },
  read: async (context, documents, signal) => leftToPerson(context, await readDocumentText(context, documents, signal)),
};

/** A picture that holds proves no document: a good print of one holds, too. So a person looks at it, unless the server is set otherwise. */
function leftToPerson({ config }: Pick<AuthenticationContext, 'config'>, reading: EvidenceReading): EvidenceReading {
  if (config.documentImages === 'automatic' || reading.outcome !== 'accepted') return reading;
  const code = 'DOCUMENT_IMAGE_ALONE';
  return { ...reading, outcome: 'review', reasons: [{ code, sentence: REASONS[code].sentence }] };
}
