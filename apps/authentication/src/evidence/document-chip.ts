import { timingSafeEqual } from 'node:crypto';
import type { ActiveAuthentication, DeclaredAttribute, DocumentChip } from '@tegata/contracts/authentication-v1';
import {
  type ChipAnswer,
  type ChipFiles,
  type ChipMrz,
  chipChallenge,
  EmrtdRefusal,
  namesAgree,
  refusalSentences,
  verifyChip,
} from '@tegata/emrtd';
import { certifiedName } from '@tegata/identity';
import { refusal, ServiceError } from '@tegata/service-kit';
import type { EvidenceBinding, EvidenceKindOfIdentity } from './evidence-kind.ts';

/** A chip that has shown that it is the one that was issued. */
const genuineChip = { method: 'genuine-chip-and-id-photo', evidenceClass: 'document-chip', assuranceLevel: 3 } as const;

/** Its issuer has signed the portrait: reading the chip again gives the same. */
const unusablePortrait = { code: 'CHIP_PORTRAIT_UNUSABLE', sentence: refusalSentences.CHIP_PORTRAIT_UNUSABLE };

/**
 * The chip of a document (ICAO 9303): data and portrait are the issuing state's, signed. What the applicant declared has to agree
 * with them; what the chip does not vouch for (the address) gets into no certificate. A chip that has answered the challenge of the
 * contract was there; files alone may be a copy.
 */
export const documentChip: EvidenceKindOfIdentity = {
  grade: { method: 'chip-and-id-photo', evidenceClass: 'document-chip', assuranceLevel: 2 },
  bestGrade: genuineChip,
  examine({ csca, clock }, documents, binding) {
    const { documentChip: chip, documentImage, declaredAttributes, publicKeyIdentity, earlierVerification } = documents;
    const isAlone = documentImage.length === 0 && !publicKeyIdentity && !earlierVerification;
    if (!chip || !isAlone) throw refusal('DOCUMENTS_UNREADABLE');
    if (!csca) throw refusal('EVIDENCE_NOT_ACCEPTED');
    try {
      const answer = chip.activeAuthentication && answerOf(chip.activeAuthentication, binding);
      const verified = verifyChip(filesOf(chip), csca(), clock(), answer);
      const { mrz, portrait, cloneDetection, signerFingerprint } = verified;
      return {
        ...(cloneDetection === 'active-authentication' && { grade: genuineChip }),
        audit: { cloneDetection, signerFingerprint },
        portrait: { picture: portrait.octets, kind: 'portrait', unusable: unusablePortrait },
        attributes: agreedAttributes(mrz, declaredAttributes),
      };
    } catch (cause) {
      if (!(cause instanceof EmrtdRefusal)) throw cause;
      const { code } = cause;
      throw new ServiceError({ status: 'FAILED_PRECONDITION', reason: code, message: refusalSentences[code], cause });
    }
  },
};

function filesOf({ sod, dataGroup1, dataGroup2, activeAuthentication: shown }: DocumentChip): ChipFiles {
  const dg14 = shown && shown.dataGroup14.length > 0 ? shown.dataGroup14 : undefined;
  return { sod, dg1: dataGroup1, dg2: dataGroup2, dg14, dg15: shown?.dataGroup15 };
}

/**
 * What the chip has answered, and to what: the challenge is made here, of what the verification is for, and never taken from the terminal.
 * @throws EmrtdRefusal `CHIP_CHALLENGE_DIFFERS`
 */
function answerOf(
  { signature, nonce }: ActiveAuthentication,
  { contractId, eid, nonce: expected }: EvidenceBinding,
): ChipAnswer {
  // An old answer is to an old nonce: the eUICC has signed that of this contract.
  if (expected && (expected.length !== nonce.length || !timingSafeEqual(expected, nonce))) {
    throw new EmrtdRefusal('CHIP_CHALLENGE_DIFFERS', 'the chip has answered for another nonce');
  }
  return { challenge: chipChallenge({ contractId, eid, nonce }), signature };
}

/**
 * What the certificate will say: names as the applicant writes them where that is how the chip spells them in full, in the chip's
 * spelling where they are cut off in it, or written in other letters.
 * @throws ServiceError DECLARED_ATTRIBUTE_DIFFERS
 */
function agreedAttributes(mrz: ChipMrz, declared: readonly DeclaredAttribute[]) {
  const declaredAs = (name: string) => declared.find((attribute) => attribute.name === name)?.value;
  const agreed = (name: string, inChip: string, cutOff: boolean): { name: string; value: string } => {
    const typed = declaredAs(name);
    if (typed === undefined) return { name, value: inChip };
    if (namesAgree(typed, inChip, cutOff) === false) throw refusal('DECLARED_ATTRIBUTE_DIFFERS');
    return { name, value: namesAgree(typed, inChip, false) ? certifiedName(typed) : inChip };
  };
  const { birthDate, primaryIdentifier, secondaryIdentifier, cutOff } = mrz;
  if ((declaredAs('birth_date') ?? birthDate) !== birthDate) throw refusal('DECLARED_ATTRIBUTE_DIFFERS');
  const given = agreed('given_name', secondaryIdentifier, cutOff.secondary);
  return [
    agreed('family_name', primaryIdentifier, cutOff.primary),
    // A document may have one name only: then no other one is taken.
    ...(secondaryIdentifier === '' ? [] : [given]),
    { name: 'birth_date', value: birthDate },
  ];
}
