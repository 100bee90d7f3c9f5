import type { DeclaredAttribute } from '@tegata/contracts/authentication-v1';
import { EmrtdRefusal, type Mrz, namesAgree, refusalSentences, verifyChip } from '@tegata/emrtd';
import { refusal, ServiceError } from '@tegata/service-kit';
import type { EvidenceKindOfIdentity } from './evidence-kind.ts';

/**
 * The chip of a document (ICAO 9303): data and portrait are the issuing state's, signed. What the applicant declared has to agree
 * with them; what the chip does not vouch for (the address) gets into no certificate.
 */
export const documentChip: EvidenceKindOfIdentity = {
  grade: { method: 'chip-and-id-photo', evidenceClass: 'document-chip', assuranceLevel: 2 },
  examine({ csca, clock }, { documentChip: chip, documentImage, declaredAttributes, publicKeyIdentity }) {
    if (!chip || documentImage.length > 0 || publicKeyIdentity) throw refusal('DOCUMENTS_UNREADABLE');
    if (!csca) throw refusal('EVIDENCE_NOT_ACCEPTED');
    try {
      const files = { sod: chip.sod, dg1: chip.dataGroup1, dg2: chip.dataGroup2 };
      const { mrz, portrait } = verifyChip(files, csca, clock());
      return {
        portrait: { picture: portrait.octets, kind: 'portrait' },
        attributes: agreedAttributes(mrz, declaredAttributes),
      };
    } catch (cause) {
      if (!(cause instanceof EmrtdRefusal)) throw cause;
      const { code } = cause;
      throw new ServiceError({ status: 'FAILED_PRECONDITION', reason: code, message: refusalSentences[code], cause });
    }
  },
};

/** Where the name of a machine readable zone ends its line, the rest of the name is not there. */
const endsItsLine = ({ format, lines }: Mrz): boolean => !lines[format === 'TD1' ? 2 : 0]!.endsWith('<');

/**
 * What the certificate will say: names as the applicant writes them where that is how the chip spells them, in the chip's spelling
 * where they are written in other letters.
 * @throws ServiceError DECLARED_ATTRIBUTE_DIFFERS
 */
function agreedAttributes(mrz: Mrz, declared: readonly DeclaredAttribute[]) {
  const declaredAs = (name: string) => declared.find((attribute) => attribute.name === name)?.value;
  const agreed = (name: string, inChip: string): { name: string; value: string } => {
    const typed = declaredAs(name);
    const agrees = typed === undefined ? undefined : namesAgree(typed, inChip, endsItsLine(mrz));
    if (agrees === false) throw refusal('DECLARED_ATTRIBUTE_DIFFERS');
    return { name, value: agrees && typed !== undefined ? typed : inChip };
  };
  const { birthDate, primaryIdentifier, secondaryIdentifier } = mrz;
  if (!birthDate || (declaredAs('birth_date') ?? birthDate) !== birthDate) throw refusal('DECLARED_ATTRIBUTE_DIFFERS');
  return [
    agreed('family_name', primaryIdentifier),
    // A document may have one name only.
    ...(secondaryIdentifier === '' ? [] : [agreed('given_name', secondaryIdentifier)]),
    { name: 'birth_date', value: birthDate },
  ];
}
