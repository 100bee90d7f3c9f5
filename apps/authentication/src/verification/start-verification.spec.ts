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
import { createTestContext, type TestContext } from '../testing/test-context.ts';
import { verificationRequest } from '../testing/verification-request.ts';
import { judgeVerification } from './judge-verification.ts';
import { startVerification } from './start-verification.ts';

const country = testCountry();
const csca = new CscaTrust({ certificates: [country.csca] });

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
