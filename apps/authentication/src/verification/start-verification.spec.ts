import { randomBytes, randomUUID } from 'node:crypto';
import { reasonsForAnotherPicture } from '@tegata/contracts';
import { EvidenceKind, IdentityDocuments, type StartVerificationRequest } from '@tegata/contracts/authentication-v1';
import { type DocumentVerdict, EkycError, REASONS, type ReasonCode } from '@tegata/ekyc';
import { CscaTrust } from '@tegata/emrtd';
import { issueChip, testCountry, testHolder } from '@tegata/emrtd/testing';
import { sealEnvelope, sealPurposes, signAssertion } from '@tegata/identity';
import { InProcessKey } from '@tegata/pki';
import { createTestContext, type TestContext } from '../testing/test-context.ts';
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
    const { context, euicc } = test;
    const contractId = randomUUID();
    const seal = (purpose: typeof sealPurposes.eid | typeof sealPurposes.identityDocuments, plaintext: Uint8Array) =>
      sealEnvelope({ recipient: context.keys.encryption.certificate, purpose, binding: contractId, plaintext });
    const assertion = await signAssertion(
      {
        ...{ contractId, nonce: randomBytes(32), carrierOid: '2.999.21', eid: euicc.eid, method: 'password' },
        ...{ counter: 1, outcome: 'success', verifiedIn: 'eUICC', time: context.clock() },
      },
      {
        key: new InProcessKey(euicc.privateKey),
        euiccCertificate: euicc.euiccCertificate.raw,
        eumCertificate: euicc.eumCertificate.raw,
      },
    );
    const octets = IdentityDocuments.encode(IdentityDocuments.fromPartial(documents)).finish();
    const request: StartVerificationRequest = {
      contractId,
      sealedEid: await seal(sealPurposes.eid, Buffer.from(euicc.eid, 'ascii')),
      sealedIdentityDocuments: await seal(sealPurposes.identityDocuments, octets),
      dataAcquisitionKeyDigest: randomBytes(32),
      localAuthenticationAssertion: Buffer.from(assertion),
      ...{ acceptedEvidence: [], minimumAssuranceLevel: 0, maximumVerificationAgeDays: 0 },
    };
    const engine = {
      ...context.engine,
      checkDocument: async () => (said instanceof EkycError ? Promise.reject(said) : refused(said)),
    };
    const server = { ...context, csca, engine };
    const started = startVerification(server, request, 'aozora', new AbortController().signal);
    return started.then(
      () => undefined,
      (error: { reason?: string; code?: string }) => error.reason ?? error.code,
    );
  }

  const { sod, dg1, dg2 } = issueChip(country, { holder: testHolder });
  const chip: Partial<IdentityDocuments> = {
    kind: EvidenceKind.DOCUMENT_CHIP,
    documentChip: {
      ...{ sod: Buffer.from(sod), dataGroup1: Buffer.from(dg1), dataGroup2: Buffer.from(dg2) },
      activeAuthentication: undefined,
    },
  };

  it.each<ReasonCode>(['DOCUMENT_UNREADABLE', 'DOCUMENT_NO_FACE', 'DOCUMENT_SEVERAL_FACES', 'DOCUMENT_TOO_SMALL'])(
    'is a chip to be replaced by another document, as its signed portrait stays what it is: %s',
    async (code) => {
      const reason = await reasonFor(chip, code);
      expect(reason).toBe('CHIP_PORTRAIT_UNUSABLE');
      expect(reasonsForAnotherPicture.has(reason ?? '')).toBe(false);
    },
  );

  it('is a picture to be taken again', async () => {
    const documentImage = Buffer.from([0xff, 0xd8, 0xff, 0xd9]);
    const reason = await reasonFor({ kind: EvidenceKind.DOCUMENT_IMAGE, documentImage }, 'DOCUMENT_NO_FACE');
    expect(reason).toBe('DOCUMENT_NO_FACE');
  });

  it('is not looked at again when a worker has died over it: it would end the next one, too', async () => {
    const image = { kind: EvidenceKind.DOCUMENT_IMAGE, documentImage: Buffer.from([0xff, 0xd8, 0xff, 0xd9]) };
    const crash = new EkycError('EKYC_WORKER_CRASHED', 'the worker died over this decision');
    expect(await reasonFor(image, crash)).toBe('DOCUMENT_UNREADABLE');
    expect(await reasonFor(chip, crash)).toBe('CHIP_PORTRAIT_UNUSABLE');
    expect(await reasonFor(image, new EkycError('EKYC_UNAVAILABLE', 'no models'))).toBe('EKYC_UNAVAILABLE');
  });
});
