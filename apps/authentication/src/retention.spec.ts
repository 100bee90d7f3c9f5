import type { ManufacturedEuicc } from '@tegata/pki';
import { createTestContext, pictures, type TestContext, verdictOf } from './testing/test-context.ts';
import { upkeep } from './upkeep.ts';
import { judgeVerification } from './verification/judge-verification.ts';

/** What the database holds is looked for in a dump of every row of every table. */
describe('after the decision', () => {
  let test: TestContext;
  let id: string;
  let person: ManufacturedEuicc;
  let frames: string[];
  let documents: string;
  /** what is kept for a change of devices, once there is something */
  let kept: string;
  let reading: string;

  beforeAll(async () => {
    test = await createTestContext();
  });
  afterAll(() => test.close());

  beforeEach(async () => {
    test.engine.verdict = verdictOf();
    kept = '';
    person = await test.manufactured();
    id = await test.captured(2, person);
    const { prisma } = test.context;
    const segments = await prisma.captureSegment.findMany({ where: { verificationId: id } });
    frames = segments.map(({ segment }) => Buffer.from(segment).toString('hex'));
    const row = await prisma.verification.findUniqueOrThrow({ where: { id } });
    [documents, reading] = [row.documents, row.reading].map((octets) => Buffer.from(octets ?? []).toString('hex')) as [
      string,
      string,
    ];
  });

  const later = (milliseconds: number) => {
    test.time.now = new Date(test.time.now.getTime() + milliseconds);
  };
  const held = async (): Promise<string[]> => {
    const dump = await test.dump();
    const [reference] = await test.context.prisma.identityReference.findMany({
      where: { certificate: { verificationId: id } },
    });
    if (reference) kept = Buffer.from(reference.reference).toString('hex');
    return [
      ...(kept !== '' && dump.includes(kept) ? ['reference'] : []),
      ...(frames.some((hex) => dump.includes(hex)) ? ['frames'] : []),
      ...(dump.includes(documents) ? ['documents'] : []),
      ...(dump.includes(reading) ? ['reading'] : []),
      ...(new RegExp(`${id}.*matchDistance`).test(dump) ? ['scores'] : []),
    ];
  };

  it('never stood anything of a picture or a name in clear', async () => {
    const dump = await test.dump();
    expect(await held()).toEqual(['frames', 'documents', 'reading']);
    for (const clear of [pictures.document, pictures.frame, pictures.portrait, Buffer.from('Himitsuyama')]) {
      expect(dump).not.toContain(clear.subarray(3).toString('hex'));
    }
    expect(dump).not.toContain('Himitsuyama');
    expect(dump).not.toContain(person.eid);
  });

  it.each([
    ['accepted', undefined],
    ['refused', 'FACE_NOT_MATCHING'],
  ] as const)(
    '%s, the frames are gone at once, documents after their period, figures after theirs; a reference is kept of who has fetched the certificate, while it is in force',
    async (_, code) => {
      test.engine.verdict = verdictOf(code);
      const reference = code === undefined ? ['reference'] : [];
      if (code !== undefined)
        await test.context.prisma.verification.updateMany({ where: { id }, data: { triesLeft: 0 } });
      await judgeVerification(test.context, id);
      await test.context.prisma.identityCertificate.updateMany({
        where: { verificationId: id },
        data: { acquiredAt: test.time.now },
      });
      expect(await held()).toEqual([...reference, 'documents', 'reading', 'scores']);

      const { retentionMs, certificateLifetimeMs, verdictRetentionMs } = test.context.config;
      later(retentionMs - 1);
      await upkeep(test.context);
      expect(await held()).toEqual([...reference, 'documents', 'reading', 'scores']);
      later(1);
      await upkeep(test.context);
      expect(await held()).toEqual([...reference, 'scores']);

      later(certificateLifetimeMs - retentionMs - 1000);
      await upkeep(test.context);
      expect(await held()).toEqual([...reference, 'scores']);
      later(1000);
      await upkeep(test.context);
      expect(await held()).toEqual(['scores']);

      later(verdictRetentionMs - certificateLifetimeMs);
      await upkeep(test.context);
      expect(await held()).toEqual([]);
      const { prisma } = test.context;
      const certificates = await prisma.identityCertificate.findMany({ where: { verificationId: id } });
      expect(
        certificates.map((each) => [each.certificate?.length, each.eidTag.length, each.attributeOpenings]),
      ).toEqual(code === undefined ? [[0, 0, null]] : []);
      const row = await prisma.verification.findUniqueOrThrow({ where: { id } });
      expect([row.eid.length, row.euiccPublicKey.length, row.verdict, row.reasons]).toEqual([0, 0, null, []]);
    },
  );

  it('accepted, nothing of the face is kept of who has not fetched the certificate in time', async () => {
    await judgeVerification(test.context, id);
    const { acquisitionPeriodMs } = test.context.config;
    later(acquisitionPeriodMs);
    await upkeep(test.context);
    expect(await held()).toEqual(['reference', 'documents', 'reading', 'scores']);
    later(1_000);
    await upkeep(test.context);
    expect(await held()).toEqual(['documents', 'reading', 'scores']);
  });

  it('asked again for better pictures, the frames of the try before are gone', async () => {
    test.engine.verdict = verdictOf('FACE_TOO_SMALL');
    await judgeVerification(test.context, id);
    expect(await held()).toEqual(['documents', 'reading', 'scores']);
  });

  it('that never came because the applicant left, frames go when their prompt lapses, documents with the verification', async () => {
    const { prisma, clock, config } = test.context;
    const promptExpiresAt = new Date(clock().getTime() + config.promptLifetimeMs);
    await prisma.verification.updateMany({ where: { id }, data: { state: 'ID_PHOTO_REQUESTED', promptExpiresAt } });
    await upkeep(test.context);
    expect(await held()).toEqual(['frames', 'documents', 'reading']);
    later(config.promptLifetimeMs + 1);
    await upkeep(test.context);
    expect(await held()).toEqual(['documents', 'reading']);
    later(config.verificationLifetimeMs);
    await upkeep(test.context);
    const { state, reasons } = await prisma.verification.findUniqueOrThrow({ where: { id } });
    expect([state, reasons]).toMatchObject(['EXPIRED', [{ code: 'IDENTITY_PROOF_EXPIRED' }]]);
    later(config.retentionMs);
    await upkeep(test.context);
    expect(await held()).toEqual([]);
  });

  it('with a period of nothing, documents are gone with the next round', async () => {
    const context = { ...test.context, config: { ...test.context.config, retentionMs: 0 } };
    await judgeVerification(context, id);
    await upkeep(context);
    expect(await held()).toEqual(['reference', 'scores']);
  });

  it('the certificate, and the key of the eUICC by which it may move, stay as long as it is in force, though figures were erased before', async () => {
    const { prisma, config } = test.context;
    const context = { ...test.context, config: { ...config, verdictRetentionMs: 0 } };
    await judgeVerification(context, id);
    const lengths = async () => {
      await upkeep(context);
      const row = await prisma.verification.findUniqueOrThrow({ where: { id } });
      return [row.eid.length, row.euiccPublicKey.length];
    };
    expect(await lengths()).toEqual([0, expect.any(Number)]);
    expect(await lengths()).not.toEqual([0, 0]);
    const certificate = async () =>
      (await prisma.identityCertificate.findUniqueOrThrow({ where: { verificationId: id } })).certificate?.length;
    expect(await certificate()).toBeGreaterThan(0);
    later(config.certificateLifetimeMs);
    expect(await lengths()).toEqual([0, 0]);
    expect(await certificate()).toBe(0);
  });

  it('with no change of devices, nothing of a face is kept', async () => {
    const context = { ...test.context, config: { ...test.context.config, deviceChange: 'off' as const } };
    await judgeVerification(context, id);
    expect(await held()).toEqual(['documents', 'reading', 'scores']);
  });
});
