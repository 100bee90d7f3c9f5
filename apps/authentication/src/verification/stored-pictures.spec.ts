import { randomBytes, randomUUID } from 'node:crypto';
import { CaptureSegment, EvidenceKind, IdentityDocuments } from '@tegata/contracts/authentication-v1';
import { applicantDigest, sealEnvelope, sealPurposes, signAssertion } from '@tegata/identity';
import { InProcessKey } from '@tegata/pki';
import sharp from 'sharp';
import { createTestContext, type TestContext } from '../testing/test-context.ts';
import { startVerification } from './start-verification.ts';
import { segmentWithoutMetadata } from './stored-pictures.ts';

/** Where the applicant lives, as their phone wrote it into the picture. */
const place = 'Himitsu 35.6586N 139.7454E';

const photographed = () =>
  sharp({ create: { width: 320, height: 240, channels: 3, background: '#789' } })
    .jpeg()
    .withExif({ IFD0: { Model: place }, IFD3: { GPSMapDatum: place, GPSLatitude: '35/1 39/1 31/1' } })
    .toBuffer();

describe('a picture with the place where it was taken', () => {
  let test: TestContext;
  beforeAll(async () => {
    test = await createTestContext();
  });
  afterAll(() => test.close());

  it('is judged and stored without it: nobody who opens what the database holds finds it', async () => {
    const { context, euicc } = test;
    const contractId = randomUUID();
    const documentImage = await photographed();
    expect(documentImage.includes(place)).toBe(true);
    const judged: Uint8Array[] = [];
    const checkDocument: typeof context.engine.checkDocument = async (picture) => {
      judged.push(picture);
      return { outcome: 'accepted', reasons: [], checks: [], quarterTurns: 0 };
    };
    const documents = IdentityDocuments.fromPartial({ kind: EvidenceKind.DOCUMENT_IMAGE, documentImage });
    const seal = (purpose: typeof sealPurposes.eid | typeof sealPurposes.identityDocuments, plaintext: Uint8Array) =>
      sealEnvelope({ recipient: context.keys.encryption.certificate, purpose, binding: contractId, plaintext });
    const assertion = await signAssertion(
      {
        ...{
          contractId,
          nonce: randomBytes(32),
          carrierOid: '2.999.21',
          eid: euicc.eid,
          method: 'password',
          counter: 1,
        },
        ...{ outcome: 'success', verifiedIn: 'eUICC', time: context.clock() },
      },
      {
        key: new InProcessKey(euicc.privateKey),
        euiccCertificate: euicc.euiccCertificate.raw,
        eumCertificate: euicc.eumCertificate.raw,
      },
    );
    const request = {
      contractId,
      sealedEid: await seal(sealPurposes.eid, Buffer.from(euicc.eid, 'ascii')),
      sealedIdentityDocuments: await seal(sealPurposes.identityDocuments, IdentityDocuments.encode(documents).finish()),
      dataAcquisitionKeyDigest: randomBytes(32),
      localAuthenticationAssertion: Buffer.from(assertion),
      applicantDigest: Buffer.from(applicantDigest(documents.declaredAttributes, assertion)),
      ...{ acceptedEvidence: [], minimumAssuranceLevel: 0, maximumVerificationAgeDays: 0, requiredAttributes: [] },
    };
    const judging = { ...context, engine: { ...context.engine, checkDocument } };
    const { verification } = await startVerification(judging, request, 'aozora', new AbortController().signal);

    const row = await context.prisma.verification.findUniqueOrThrow({ where: { id: verification.verificationId } });
    const stored = Buffer.from(await context.vault.open(`verification:${row.id}:documents`, row.documents!));
    for (const octets of [stored, ...judged.map((picture) => Buffer.from(picture))]) {
      expect(octets.length).toBeGreaterThan(500);
      for (const mark of [place, 'Exif']) expect(octets.includes(mark)).toBe(false);
    }
    expect(judged).toHaveLength(1);
    expect((await test.dump()).includes(Buffer.from(place).toString('hex'))).toBe(false);
  });

  it('is a frame without it, once its signature was verified', async () => {
    const image = await photographed();
    const frames = [{ image, capturedAtMs: 0, colourNumber: 0 }];
    const signed = CaptureSegment.encode({ captureStatement: randomBytes(64), frames }).finish();
    const stored = Buffer.from(segmentWithoutMetadata(signed));
    for (const mark of [place, 'Exif']) expect(stored.includes(mark)).toBe(false);
    const [frame] = CaptureSegment.decode(stored).frames;
    expect(await sharp(frame?.image).metadata()).toMatchObject({ format: 'jpeg', width: 320, height: 240 });
  });
});
