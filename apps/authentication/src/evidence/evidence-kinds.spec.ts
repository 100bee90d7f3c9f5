import { randomBytes } from 'node:crypto';
import { type ActiveAuthentication, EvidenceKind, IdentityDocuments } from '@tegata/contracts/authentication-v1';
import { CscaTrust, chipChallenge } from '@tegata/emrtd';
import { answerChallenge, type ChipKey } from '@tegata/emrtd/emulated-chip';
import { issueChip, testChipKey, testCountry, testHolder } from '@tegata/emrtd/testing';
import type { AuthenticationContext } from '../context.ts';
import type { EvidenceBinding, ExaminedEvidence } from './evidence-kind.ts';
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
const context = (trust = csca) => ({ csca: () => trust, clock }) as AuthenticationContext;

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
const examine = (documents: IdentityDocuments, trust?: CscaTrust, boundTo: EvidenceBinding = binding) =>
  evidenceKindOf(documents).examine(context(trust), documents, boundTo) as ExaminedEvidence;

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

  it('certifies no punctuation that is typed into a name and belongs to none', () => {
    const { attributes } = examine(withChip({ ...applicant, family_name: 'Te"ga.ta, (', given_name: '‘Hana-ko!' }));
    expect(attributes).toEqual(declared({ family_name: 'Te ga ta', given_name: 'Hana-ko', birth_date: '1990-04-01' }));
  });

  it('of somebody with one name is refused with another beside it', () => {
    const holder = { ...testHolder, secondaryIdentifier: '' };
    const known = declared({ family_name: 'Tegata', birth_date: '1990-04-01' });
    for (const none of ['-', '']) {
      expect(examine(withChip({ ...applicant, given_name: none }, holder)).attributes).toEqual(known);
    }
    expect(reasonOf(() => examine(withChip(applicant, holder)))).toBe('DECLARED_ATTRIBUTE_DIFFERS');
  });

  it('certifies no more of a name than its line has room for', () => {
    const holder = {
      ...testHolder,
      primaryIdentifier: 'LI',
      secondaryIdentifier: 'ANNA MARIA ELISABETH CHARLOTTE LUISE',
    };
    const typed = {
      family_name: 'Li',
      given_name: 'Anna Maria Elisabeth Charlotte Luise Sophie',
      birth_date: '1990-04-01',
    };
    expect(examine(withChip(typed, holder)).attributes).toEqual(
      declared({ ...typed, given_name: 'ANNA MARIA ELISABETH CHARLOTTE LUIS' }),
    );
    const another = () => examine(withChip({ ...typed, family_name: 'Lincoln' }, holder));
    expect(reasonOf(another)).toBe('DECLARED_ATTRIBUTE_DIFFERS');
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

describe('a chip that was asked whether it is the one that was issued', () => {
  const contract: EvidenceBinding & { readonly nonce: Uint8Array } = {
    contractId: '0d3f2b8c-5a61-4e0f-9c1d-2e3f4a5b6c7d',
    eid: '89049032123451234512345678901235',
    nonce: Buffer.alloc(32, 7),
  };
  const keys = { rsa: testChipKey('rsa'), ecdsa: testChipKey('ecdsa') };

  /** Documents with the answer of a chip to a challenge. */
  function answered(
    key: ChipKey,
    { by = key, to = contract }: { readonly by?: ChipKey; readonly to?: typeof contract } = {},
    changed: Partial<ActiveAuthentication> = {},
  ): IdentityDocuments {
    const { sod, dg1, dg2, dg14, dg15 } = issueChip(country, { key });
    const activeAuthentication: ActiveAuthentication = {
      dataGroup15: Buffer.from(dg15!),
      dataGroup14: Buffer.from(dg14!),
      signature: Buffer.from(answerChallenge(by, chipChallenge(to), randomBytes)),
      nonce: Buffer.from(to.nonce),
      ...changed,
    };
    const [dataGroup1, dataGroup2] = [Buffer.from(dg1), Buffer.from(dg2)];
    return IdentityDocuments.fromPartial({
      kind: EvidenceKind.DOCUMENT_CHIP,
      documentChip: { sod: Buffer.from(sod), dataGroup1, dataGroup2, activeAuthentication },
      declaredAttributes: declared(applicant),
    });
  }
  const outcome = (documents: IdentityDocuments, boundTo: EvidenceBinding = contract) =>
    reasonOf(() => examine(documents, csca, boundTo));

  it.each(Object.entries(keys))('counts for more than its files, which a copy has, too: %s', (_, key) => {
    const documents = answered(key);
    const genuine = examine(documents, csca, contract);
    expect(gradeOf(evidenceKindOf(documents), genuine)).toEqual({
      method: 'genuine-chip-and-id-photo',
      evidenceClass: 'document-chip',
      assuranceLevel: 3,
    });
    expect(genuine.audit).toMatchObject({ cloneDetection: 'active-authentication' });
    const files = examine(withChip(), csca, contract);
    expect(gradeOf(evidenceKindOf(documents), files)).toMatchObject({ method: 'chip-and-id-photo', assuranceLevel: 2 });
    expect(files.audit).toMatchObject({ cloneDetection: 'none' });
    const wanted = { acceptedEvidence: [], minimumAssuranceLevel: 3, maximumVerificationAgeDays: 0 };
    const acceptedAs = (shown: ExaminedEvidence) =>
      reasonOf(() => requireAccepted(gradeOf(evidenceKindOf(documents), shown), wanted, undefined, clock()));
    expect([acceptedAs(genuine), acceptedAs(files)]).toEqual(['none', 'EVIDENCE_NOT_ACCEPTED']);
  });

  it('is believed again when it is judged, after its nonce was compared', () => {
    const later = { ...contract, nonce: undefined };
    expect(examine(answered(keys.ecdsa), csca, later).grade).toMatchObject({ assuranceLevel: 3 });
    expect(outcome(answered(keys.ecdsa), { ...later, contractId: '1d3f2b8c-5a61-4e0f-9c1d-2e3f4a5b6c7d' })).toBe(
      'CHIP_NOT_GENUINE',
    );
  });

  it.each(Object.entries(keys))('is refused with an answer that was given for something else: %s', (_, key) => {
    const contractId = '1d3f2b8c-5a61-4e0f-9c1d-2e3f4a5b6c7d';
    const eid = '89049032123451234512345678901332';
    expect(outcome(answered(key, { to: { ...contract, contractId } }))).toBe('CHIP_NOT_GENUINE');
    expect(outcome(answered(key, { to: { ...contract, eid } }))).toBe('CHIP_NOT_GENUINE');
    // Of an earlier nonce of the same contract; and the same answer with the nonce of now beside it.
    const earlier = answered(key, { to: { ...contract, nonce: Buffer.alloc(32, 6) } });
    expect(outcome(earlier)).toBe('CHIP_CHALLENGE_DIFFERS');
    const dressed = answered(key, { to: { ...contract, nonce: Buffer.alloc(32, 6) } }, { nonce: Buffer.alloc(32, 7) });
    expect(outcome(dressed)).toBe('CHIP_NOT_GENUINE');
  });

  it('is refused with the key of a forger, and with a key that its state has not signed', () => {
    const forger = testChipKey('ecdsa');
    const { dg14, dg15 } = issueChip(country, { key: forger });
    expect(outcome(answered(keys.ecdsa, { by: forger }))).toBe('CHIP_NOT_GENUINE');
    const [dataGroup14, dataGroup15] = [Buffer.from(dg14!), Buffer.from(dg15!)];
    expect(outcome(answered(keys.ecdsa, { by: forger }, { dataGroup15 }))).toBe('DATA_GROUP_ALTERED');
    const unsigned = withChip();
    unsigned.documentChip!.activeAuthentication = {
      ...answered(forger).documentChip!.activeAuthentication!,
      ...{ dataGroup14, dataGroup15 },
    };
    expect(outcome(unsigned)).toBe('DATA_GROUP_NOT_SIGNED');
  });

  it('is refused with any octet of what it shows changed', () => {
    const documents = answered(keys.ecdsa);
    const shown = documents.documentChip!.activeAuthentication!;
    for (const part of ['dataGroup14', 'dataGroup15', 'signature', 'nonce'] as const) {
      const expected = { signature: 'CHIP_NOT_GENUINE', nonce: 'CHIP_CHALLENGE_DIFFERS' };
      const code = part === 'signature' || part === 'nonce' ? expected[part] : 'DATA_GROUP_ALTERED';
      for (let at = 0; at < shown[part].length; at++) {
        const octets = Buffer.from(shown[part]);
        octets[at]! ^= 1;
        const activeAuthentication = { ...shown, [part]: octets };
        expect(outcome({ ...documents, documentChip: { ...documents.documentChip!, activeAuthentication } })).toBe(
          code,
        );
      }
    }
  });

  it('by cryptography that is not accepted is refused for that', () => {
    expect(outcome(answered(testChipKey('rsa', { digest: 'sha1' })))).toBe('CHIP_ALGORITHM_UNSUPPORTED');
    expect(outcome(answered(testChipKey('rsa', { modulusLength: 1024 })))).toBe('CHIP_ALGORITHM_UNSUPPORTED');
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
    const earlierVerification = { transferStatement: Buffer.alloc(64), attributes: [] };
    for (const documents of [image, chip]) {
      expect(reasonOf(() => examine({ ...documents, earlierVerification }))).toBe('DOCUMENTS_UNREADABLE');
    }
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
