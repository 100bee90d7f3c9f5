import { randomBytes, randomUUID } from 'node:crypto';
import { reasonsForAnotherPicture } from '@tegata/contracts';
import {
  EvidenceKind,
  type IdentityDocuments,
  type StartVerificationRequest,
  VerificationState,
} from '@tegata/contracts/authentication-v1';
import { type DocumentVerdict, EkycError, REASONS, type ReasonCode } from '@tegata/ekyc';
import { CscaTrust } from '@tegata/emrtd';
import { issueChip, testCountry, testHolder } from '@tegata/emrtd/testing';
import { applicantDigest, parseIdentityCertificate } from '@tegata/identity';
import { type AskResponder, encodeOcspRequest, PersonCaTrust } from '@tegata/public-key-identity';
import { answerOcsp, signStatement, TestIdentityCa } from '@tegata/public-key-identity/testing';
import { openAttributes } from '../certificates/attribute-openings.ts';
import { openCertificate } from '../certificates/stored-certificate.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';
import { verificationRequest } from '../testing/verification-request.ts';
import { judgeVerification } from './judge-verification.ts';
import { startVerification } from './start-verification.ts';

const country = testCountry();
const trust = new CscaTrust({ certificates: [country.csca] });
const csca = () => trust;

/** An engine's answer to a picture of a document. */
const refused = (code: ReasonCode): DocumentVerdict => ({
  outcome: 'refused',
  reasons: [{ code, sentence: REASONS[code].sentence }],
  checks: [],
  quarterTurns: 0,
});

/** The files of a chip, as they are handed in. */
function chipOf(holder = testHolder): Partial<IdentityDocuments> {
  const { sod, dg1, dg2 } = issueChip(country, { holder });
  const files = { sod: Buffer.from(sod), dataGroup1: Buffer.from(dg1), dataGroup2: Buffer.from(dg2) };
  return { kind: EvidenceKind.DOCUMENT_CHIP, documentChip: { ...files, activeAuthentication: undefined } };
}

const chip = chipOf();
const picture: Partial<IdentityDocuments> = {
  kind: EvidenceKind.DOCUMENT_IMAGE,
  documentImage: Buffer.from([0xff, 0xd8, 0xff, 0xd9]),
};

const signal = new AbortController().signal;

const reasonOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: { reason?: string; code?: string }) => error.reason ?? error.code,
  );

describe('evidence whose portrait can not be compared', () => {
  let test: TestContext;
  beforeAll(async () => {
    test = await createTestContext();
  });
  afterAll(() => test.close());

  /** The reason by which a verification of these documents is refused, when the engine says this of the portrait, or ends so. */
  async function reasonFor(
    documents: Partial<IdentityDocuments>,
    said: ReasonCode | EkycError,
  ): Promise<string | undefined> {
    const engine = {
      ...test.context.engine,
      checkDocument: async () => (said instanceof EkycError ? Promise.reject(said) : refused(said)),
    };
    const request = await verificationRequest(test, documents);
    return reasonOf(startVerification({ ...test.context, csca, engine }, request, 'aozora', signal));
  }

  it.each<ReasonCode>(['DOCUMENT_UNREADABLE', 'DOCUMENT_NO_FACE', 'DOCUMENT_SEVERAL_FACES', 'DOCUMENT_TOO_SMALL'])(
    'is a chip to be replaced by another document, as its signed portrait stays what it is: %s',
    async (code) => {
      const reason = await reasonFor(chip, code);
      expect(reason).toBe('CHIP_PORTRAIT_UNUSABLE');
      expect(reasonsForAnotherPicture.has(reason ?? '')).toBe(false);
    },
  );

  it('is a picture to be taken again', async () => {
    expect(await reasonFor(picture, 'DOCUMENT_NO_FACE')).toBe('DOCUMENT_NO_FACE');
  });

  it('is not looked at again when a worker has died over it: it would end the next one, too', async () => {
    const crash = new EkycError('EKYC_WORKER_CRASHED', 'the worker died over this decision');
    expect(await reasonFor(picture, crash)).toBe('DOCUMENT_UNREADABLE');
    expect(await reasonFor(chip, crash)).toBe('CHIP_PORTRAIT_UNUSABLE');
    expect(await reasonFor(picture, new EkycError('EKYC_UNAVAILABLE', 'no models'))).toBe('EKYC_UNAVAILABLE');
  });
});

describe('documents', () => {
  let test: TestContext;
  beforeAll(async () => {
    test = await createTestContext();
  });
  afterAll(() => test.close());

  it('are of the applicant that the carrier has, and of nobody else', async () => {
    const declared = { name: 'family_name', value: 'Himitsuyama' };
    const another = { name: 'family_name', value: 'Somebody' };
    const reason = async (declaredAttributes: (typeof declared)[]) => {
      const request = await verificationRequest(test, { ...picture, declaredAttributes });
      const assertion = request.localAuthenticationAssertion;
      request.applicantDigest = Buffer.from(applicantDigest([declared], assertion));
      return reasonOf(startVerification({ ...test.context, csca }, request, 'aozora', signal));
    };
    expect(await reason([declared])).toBeUndefined();
    const more = { name: 'address', value: '1 Elsewhere' };
    for (const others of [[another], [], [declared, more]]) {
      expect(await reason(others)).toBe('APPLICANT_DIFFERS');
    }
  });
});

describe('a name that the evidence has in other letters, and an address that it has not', () => {
  const declaredAttributes = Object.entries({
    ...{ family_name: '手形', given_name: 'Hanako', birth_date: testHolder.birthDate, address: '1-1 Sekisho' },
  }).map(([name, value]) => ({ name, value }));
  let test: TestContext;
  beforeAll(async () => {
    test = await createTestContext();
  });
  afterAll(() => test.close());

  const start = async (requiredAttributes: string[], engine = test.context.engine) => {
    const request = await verificationRequest(test, { ...chip, declaredAttributes }, { requiredAttributes });
    return startVerification({ ...test.context, csca, engine }, request, 'aozora', signal);
  };

  it('are told to the carrier, and raise no level', async () => {
    const { verification } = await start(['given_name', 'birth_date']);
    expect(verification.unconfirmedAttributes).toEqual(['family_name', 'address']);
    const { verificationId: id } = verification;
    await test.context.prisma.verification.update({ where: { id }, data: { state: 'JUDGING', motions: 'left' } });
    await judgeVerification({ ...test.context, csca }, id);
    const issued = await test.context.prisma.identityCertificate.findFirstOrThrow({ where: { verificationId: id } });
    const { assuranceLevel, attributeDigests } = parseIdentityCertificate(await openCertificate(test.context, issued));
    expect([assuranceLevel, [...attributeDigests.keys()].sort()]).toEqual([
      2,
      ['birth_date', 'family_name', 'given_name'],
    ]);
    const openings = await openAttributes(test.context, issued);
    expect(openings).toContainEqual(expect.objectContaining({ name: 'family_name', value: 'TEGATA' }));
  });

  it.each([['family_name'], ['address']])(
    'end the verification where the carrier requires them, before any picture is looked at: %s',
    async (name) => {
      const checkDocument = () => Promise.reject(new Error('looked at'));
      const started = start(['birth_date', name], { ...test.context.engine, checkDocument });
      expect(await reasonOf(started)).toBe('ATTRIBUTE_UNCONFIRMED');
    },
  );
});

describe('a data acquisition key under which a certificate is registered', () => {
  let test: TestContext;
  let dataAcquisitionKeyDigest: Buffer;
  beforeAll(async () => {
    test = await createTestContext();
    const id = await test.captured();
    await judgeVerification(test.context, id);
    const { dakDigest } = await test.context.prisma.identityCertificate.findUniqueOrThrow({
      where: { verificationId: id },
    });
    dataAcquisitionKeyDigest = Buffer.from(dakDigest);
  });
  afterAll(() => test.close());

  /** What becomes of a picture that nobody looks at, of somebody of this family name. */
  async function outcome(familyName: string, changes: Partial<StartVerificationRequest> = {}, shown = picture) {
    const documents = { ...shown, declaredAttributes: [{ name: 'family_name', value: familyName }] };
    const request = await verificationRequest(test, documents, { dataAcquisitionKeyDigest, ...changes });
    const started = startVerification({ ...test.context, csca }, request, 'minato', signal);
    return (await reasonOf(started)) ?? (await started).verification.state;
  }

  it('stands for the person who was verified, and for nobody else', async () => {
    expect(await outcome('Himitsuyama')).toBe(VerificationState.VERIFIED);
    expect(await outcome('‘Himitsuyama’')).toBe(VerificationState.VERIFIED);
    expect(await outcome('Somebody')).toBe('DECLARED_ATTRIBUTE_DIFFERS');
  });

  it('is as good as the evidence of then, and as old, whatever is shown now', async () => {
    const chip = chipOf({ ...testHolder, primaryIdentifier: 'HIMITSUYAMA' });
    expect(await outcome('Himitsuyama', { minimumAssuranceLevel: 1 }, chip)).toBe(VerificationState.VERIFIED);
    expect(await outcome('Himitsuyama', { minimumAssuranceLevel: 2 }, chip)).toBe('EVIDENCE_NOT_ACCEPTED');
    test.time.now = new Date(test.time.now.getTime() + 2 * 86_400_000);
    expect(await outcome('Himitsuyama', { maximumVerificationAgeDays: 3 })).toBe(VerificationState.VERIFIED);
    expect(await outcome('Himitsuyama', { maximumVerificationAgeDays: 1 })).toBe('EVIDENCE_NOT_ACCEPTED');
  });

  it('opens nothing when its certificate can be acquired no more', async () => {
    test.time.now = new Date(test.time.now.getTime() + 6 * 86_400_000);
    expect(await outcome('Himitsuyama')).toBe('DATA_ACQUISITION_KEY_UNUSABLE');
  });
});

describe('what an applicant declares', () => {
  it('is each attribute once, the same value too', async () => {
    const test = await createTestContext();
    const outcome = async (...declared: [string, string][]) => {
      const declaredAttributes = declared.map(([name, value]) => ({ name, value }));
      const request = await verificationRequest(test, { ...chip, declaredAttributes });
      return reasonOf(startVerification({ ...test.context, csca }, request, 'aozora', signal));
    };
    const name: [string, string] = ['family_name', 'Tegata'];
    for (const again of ['Tegata', 'Somebody']) {
      expect(await outcome(name, ['family_name', again])).toBe('DECLARED_ATTRIBUTE_REPEATED');
      expect(await outcome(['family_name', again], name)).toBe('DECLARED_ATTRIBUTE_REPEATED');
    }
    expect(await test.context.prisma.verification.count()).toBe(0);
    // Eighteen characters in the form that is certified.
    expect(await outcome(name, ['address', '\ufdfa'.repeat(23)])).toBe('DECLARED_ATTRIBUTE_TOO_LONG');
    expect(await outcome(name, ['address', `1-1 Sekisho${'…'.repeat(200)}`])).toBe('DECLARED_ATTRIBUTE_TOO_LONG');
    expect(await outcome(name)).toBeUndefined();
    await test.close();
  });
});

describe('the certificate of a person', () => {
  it('costs one question to the responder for each application, and one more where its process was killed before the certificate was issued', async () => {
    const test = await createTestContext();
    const { clock } = test.context;
    const ca = TestIdentityCa.create(clock());
    const holder = ca.issue({ name: '手形　花子', birthDate: '1990-04-01', sex: 'F', address: '' }, 7, clock());
    let asked = 0;
    const responder: AskResponder = async (question) => {
      asked++;
      return answerOcsp(ca, encodeOcspRequest(question), clock(), () => ({ status: 'good' }));
    };
    const trust = new PersonCaTrust({ certificates: [ca.parts.certificate], responder, random: randomBytes });
    const context = { ...test.context, personCas: () => trust };
    const apply = async (server: typeof context) => {
      const binding = { contractId: randomUUID() as string, nonce: randomBytes(32) };
      const { certificate, signature } = signStatement(holder, { ...binding, eid: test.euicc.eid });
      const { nonce } = binding;
      const declared = { family_name: '手形', given_name: '花子', birth_date: '1990-04-01' };
      const request = await verificationRequest(
        test,
        {
          kind: EvidenceKind.PUBLIC_KEY,
          publicKeyIdentity: { certificate: Buffer.from(certificate), signature: Buffer.from(signature), nonce },
          declaredAttributes: Object.entries(declared).map(([name, value]) => ({ name, value })),
        },
        binding,
      );
      const { verification } = await startVerification(server, request, 'aozora', new AbortController().signal);
      return verification;
    };
    expect([(await apply(context)).state, asked]).toEqual([VerificationState.VERIFIED, 1]);

    const { issuingCa } = context.keys;
    const sign = () => Promise.reject(new Error('the power went'));
    const key = Object.assign(Object.create(issuingCa.key) as typeof issuingCa.key, { sign });
    const keys = { ...context.keys, issuingCa: { ...issuingCa, key } };
    await expect(apply({ ...context, keys })).rejects.toThrow('the power went');
    const { id } = await context.prisma.verification.findFirstOrThrow({ where: { state: 'JUDGING' } });
    expect(asked).toBe(2);
    test.time.now = new Date(test.time.now.getTime() + 121_000);
    await judgeVerification(context, id);
    expect([(await context.prisma.verification.findUniqueOrThrow({ where: { id } })).state, asked]).toEqual([
      'VERIFIED',
      3,
    ]);
    await test.close();
  });
});
