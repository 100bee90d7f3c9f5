import { EvidenceKind, IdentityDocuments } from '@tegata/contracts/authentication-v1';
import { CscaTrust } from '@tegata/emrtd';
import { issueChip, testCountry, testHolder } from '@tegata/emrtd/testing';
import type { AuthenticationContext } from '../context.ts';
import type { ExaminedEvidence } from './evidence-kind.ts';
import {
  type AcceptedEvidence,
  evidenceKindOf,
  gradeOf,
  readIdentityDocuments,
  requireAccepted,
} from './evidence-kinds.ts';

const country = testCountry();
const csca = new CscaTrust({ certificates: [country.csca] });
const clock = () => new Date('2026-11-28T00:00:00Z');
const context = (trust: CscaTrust | undefined = csca) => ({ csca: trust, clock }) as AuthenticationContext;

const binding = { contractId: '', eid: '', nonce: undefined };
const declared = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }));
const applicant = { family_name: 'Tegata', given_name: 'Hanako', birth_date: '1990-04-01', address: '1-1 Sekisho' };

const withChip = (values: Readonly<Record<string, string>> = applicant, holder = testHolder): IdentityDocuments => {
  const { sod, dg1, dg2 } = issueChip(country, { holder });
  return IdentityDocuments.fromPartial({
    kind: EvidenceKind.DOCUMENT_CHIP,
    documentChip: { sod: Buffer.from(sod), dataGroup1: Buffer.from(dg1), dataGroup2: Buffer.from(dg2) },
    declaredAttributes: declared(values),
  });
};
const withImage = (): IdentityDocuments =>
  IdentityDocuments.fromPartial({
    kind: EvidenceKind.DOCUMENT_IMAGE,
    documentImage: Buffer.of(1),
    declaredAttributes: declared(applicant),
  });

const reasonOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return (error as { reason?: string }).reason ?? String(error);
  }
};
const examine = (documents: IdentityDocuments, trust?: CscaTrust) =>
  evidenceKindOf(documents).examine(context(trust), documents, binding) as ExaminedEvidence;

describe('the chip of a document as evidence', () => {
  it('gives its portrait, and attributes that the issuing state has signed', () => {
    const { portrait, attributes } = examine(withChip());
    expect(portrait?.kind).toBe('portrait');
    expect(Buffer.from(portrait!.picture).subarray(0, 3).toString('hex')).toBe('ffd8ff');
    expect(attributes).toEqual(declared({ family_name: 'Tegata', given_name: 'Hanako', birth_date: '1990-04-01' }));
  });

  it('has a class of its own, above that of a picture', () => {
    const gradeOfKind = (documents: IdentityDocuments) => gradeOf(evidenceKindOf(documents), { earlier: undefined });
    const [chip, image] = [gradeOfKind(withChip()), gradeOfKind(withImage())];
    expect(chip).toMatchObject({ evidenceClass: 'document-chip', assuranceLevel: 2 });
    expect(chip.assuranceLevel).toBeGreaterThan(image.assuranceLevel);
  });

  it('certifies a name in the spelling of the chip where the applicant writes it in other letters', () => {
    const { attributes } = examine(withChip({ ...applicant, family_name: '手形', given_name: '花子' }));
    expect(attributes).toEqual(declared({ family_name: 'TEGATA', given_name: 'HANAKO', birth_date: '1990-04-01' }));
  });

  it.each([
    ['family_name', 'Somebody'],
    ['given_name', 'Taro'],
    ['birth_date', '1990-04-02'],
  ])('is refused when the declared %s is another', (name, value) => {
    expect(reasonOf(() => examine(withChip({ ...applicant, [name]: value })))).toBe('DECLARED_ATTRIBUTE_DIFFERS');
  });

  it('is refused for the reason of its verification, in a sentence without a cause', () => {
    const expired = withChip(applicant, { ...testHolder, expiryDate: '2026-11-27' });
    expect(() => examine(expired)).toThrow('The document has expired. Use one that is valid.');
    expect(reasonOf(() => examine(expired))).toBe('CHIP_DOCUMENT_EXPIRED');
    const stranger = new CscaTrust({ certificates: [testCountry().csca] });
    expect(reasonOf(() => examine(withChip(), stranger))).toBe('DOCUMENT_SIGNER_UNKNOWN');
  });

  it('is not accepted by a server without country signing CAs', () => {
    const documents = withChip();
    const work = () =>
      evidenceKindOf(documents).examine({ csca: undefined, clock } as AuthenticationContext, documents, binding);
    expect(reasonOf(work)).toBe('EVIDENCE_NOT_ACCEPTED');
  });
});

describe('evidence', () => {
  it('is of a kind and level that the carrier accepts', () => {
    const accepting = (acceptedEvidence: EvidenceKind[], minimumAssuranceLevel = 0): AcceptedEvidence => ({
      acceptedEvidence,
      minimumAssuranceLevel,
      maximumVerificationAgeDays: 0,
    });
    const outcome = (documents: IdentityDocuments, accepted: AcceptedEvidence) =>
      reasonOf(() => {
        const grade = gradeOf(evidenceKindOf(documents), { earlier: undefined });
        requireAccepted(grade, accepted, undefined, clock());
      });
    const [image, chip] = [EvidenceKind.DOCUMENT_IMAGE, EvidenceKind.DOCUMENT_CHIP];
    expect(outcome(withImage(), accepting([]))).toBe('none');
    expect(outcome(withImage(), accepting([chip]))).toBe('EVIDENCE_NOT_ACCEPTED');
    expect(outcome(withChip(), accepting([image, chip], 2))).toBe('none');
    expect(outcome(withImage(), accepting([image, chip], 2))).toBe('EVIDENCE_NOT_ACCEPTED');
    expect(outcome(withChip(), accepting([], 3))).toBe('EVIDENCE_NOT_ACCEPTED');
  });

  it('is what its kind says, and nothing beside', () => {
    const image = withImage();
    const chip = withChip();
    expect(reasonOf(() => examine({ ...image, documentImage: Buffer.alloc(0) }))).toBe('DOCUMENTS_UNREADABLE');
    expect(reasonOf(() => examine({ ...image, documentChip: chip.documentChip }))).toBe('DOCUMENTS_UNREADABLE');
    expect(reasonOf(() => examine({ ...chip, documentChip: undefined }))).toBe('DOCUMENTS_UNREADABLE');
    expect(reasonOf(() => examine({ ...chip, documentImage: Buffer.of(1) }))).toBe('DOCUMENTS_UNREADABLE');
  });

  it('that was sealed is held to the rules of its fields, as what arrives in the open is', () => {
    const sealed = (documents: IdentityDocuments) => IdentityDocuments.encode(documents).finish();
    expect(readIdentityDocuments(sealed(withChip())).kind).toBe(EvidenceKind.DOCUMENT_CHIP);
    const refused = (octets: Uint8Array) =>
      expect(reasonOf(() => readIdentityDocuments(octets))).toBe('DOCUMENTS_UNREADABLE');
    refused(Buffer.of(0xff));
    refused(sealed(IdentityDocuments.fromPartial({ ...withImage(), kind: 99 as EvidenceKind })));
    refused(sealed(IdentityDocuments.fromPartial({ ...withChip(), documentChip: { sod: Buffer.alloc(65_537) } })));
    refused(sealed(IdentityDocuments.fromPartial({ ...withImage(), documentImage: Buffer.alloc(5_242_881) })));
  });
});
