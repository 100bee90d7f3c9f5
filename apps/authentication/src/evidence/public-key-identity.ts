import { timingSafeEqual } from 'node:crypto';
import type { DeclaredAttribute } from '@tegata/contracts/authentication-v1';
import { addressDifference } from '@tegata/ekyc';
import {
  type PersonAttributes,
  PublicKeyRefusal,
  publicKeyRefusalSentences,
  verifyPublicKeyIdentity,
} from '@tegata/public-key-identity';
import { refusal, ServiceError } from '@tegata/service-kit';
import type { EvidenceKindOfIdentity } from './evidence-kind.ts';

/**
 * A signature by the certificate of a public certification service for individuals (JPKI-like). Card and PIN show who the
 * applicant is; no face is compared. What the applicant declared has to agree with the certificate.
 */
export const publicKeyIdentity: EvidenceKindOfIdentity = {
  grade: { method: 'public-key-certificate', evidenceClass: 'national-id-certificate', assuranceLevel: 3 },
  async examine({ personCas, clock }, documents, { contractId, eid, nonce: expected }) {
    const {
      publicKeyIdentity: shown,
      documentImage,
      documentChip,
      declaredAttributes,
      earlierVerification,
    } = documents;
    const isAlone = documentImage.length === 0 && !documentChip && !earlierVerification;
    if (!shown || !isAlone) throw refusal('DOCUMENTS_UNREADABLE');
    if (!personCas) throw refusal('EVIDENCE_NOT_ACCEPTED');
    const { nonce } = shown;
    try {
      // An old signature is about an old contract: the eUICC has signed the nonce of this one.
      if (expected && (expected.length !== nonce.length || !timingSafeEqual(expected, nonce))) {
        throw new PublicKeyRefusal('PERSON_SIGNATURE_INVALID', 'the statement is about another nonce');
      }
      const { attributes } = await verifyPublicKeyIdentity(shown, { contractId, eid, nonce }, personCas(), clock());
      return { portrait: undefined, attributes: agreedAttributes(attributes, declaredAttributes) };
    } catch (cause) {
      if (!(cause instanceof PublicKeyRefusal)) throw cause;
      const { code } = cause;
      const message = publicKeyRefusalSentences[code];
      throw new ServiceError({ status: 'FAILED_PRECONDITION', reason: code, message, cause });
    }
  },
};

/**
 * What the certificate will say. The register has one name for family and given name; how it is divided, the applicant says.
 * The address is the register's, in its spelling; what was typed may go on, with a building or a room.
 * @throws ServiceError DECLARED_ATTRIBUTE_DIFFERS
 */
function agreedAttributes({ name, birthDate, address }: PersonAttributes, declared: readonly DeclaredAttribute[]) {
  const declaredAs = (wanted: string) => declared.find((attribute) => attribute.name === wanted)?.value ?? '';
  const [familyName, givenName] = [declaredAs('family_name'), declaredAs('given_name')];
  const sameName = spelling(familyName + givenName) === spelling(name);
  const typed = declaredAs('address');
  const sameAddress = address === undefined || typed.trim() === '' || addressDifference(typed, address) === 0;
  if (familyName === '' || !sameName || declaredAs('birth_date') !== birthDate || !sameAddress) {
    throw refusal('DECLARED_ATTRIBUTE_DIFFERS');
  }
  return [
    { name: 'family_name', value: familyName },
    ...(givenName === '' ? [] : [{ name: 'given_name', value: givenName }]),
    { name: 'birth_date', value: birthDate },
    ...(address === undefined ? [] : [{ name: 'address', value: address }]),
  ];
}

/** Without blanks of any width, in one form of each character, and without case. */
const spelling = (text: string): string => text.normalize('NFKC').replaceAll(/\s/gu, '').toLowerCase();
