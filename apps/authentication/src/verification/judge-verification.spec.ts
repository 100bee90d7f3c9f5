import { randomBytes, randomUUID } from 'node:crypto';
import { CapturePromptKind, EvidenceKind, IdentityDocuments } from '@tegata/contracts/authentication-v1';
import { EkycBusyError, EkycError } from '@tegata/ekyc';
import { ServiceError } from '@tegata/service-kit';
import { createTestContext, type TestContext, verdictOf } from '../testing/test-context.ts';
import { upkeep } from '../upkeep.ts';
import { beginCapture } from './begin-capture.ts';
import { promptsOf } from './capture-prompts.ts';
import { mapEkycError } from './ekyc-refusal.ts';
import { judgeVerification } from './judge-verification.ts';

describe('judging an ID photo', () => {
  let test: TestContext;
  let id: string;

  beforeAll(async () => {
    test = await createTestContext();
  });
  afterAll(() => test.close());

  beforeEach(async () => {
    id = await test.captured();
  });

  const verification = () => test.context.prisma.verification.findUniqueOrThrow({ where: { id } });
  const frames = () => test.context.prisma.captureSegment.count({ where: { verificationId: id } });
  const round = async () => {
    test.time.now = new Date(test.time.now.getTime() + 10_000);
    await upkeep(test.context);
  };

  it('that finds every worker busy loses nothing: the caller hears when to ask again, and it is judged later', async () => {
    test.engine.verdict = new EkycBusyError(1500);
    const busy = await judgeVerification(test.context, id).catch(mapEkycError);
    expect(busy).toBeInstanceOf(ServiceError);
    expect(busy).toMatchObject({ status: 'RESOURCE_EXHAUSTED', reason: 'EKYC_BUSY', retryAfterMs: 1500 });
    expect([(await verification()).state, await frames()]).toEqual(['JUDGING', 5]);
    test.engine.verdict = verdictOf();
    await round();
    expect((await verification()).state).toBe('VERIFIED');
  });

  it('that ends a worker is tried again, and fails no other', async () => {
    const other = await test.captured();
    test.engine.verdict = new EkycError('EKYC_WORKER_CRASHED', 'the worker died over this decision');
    await expect(judgeVerification(test.context, id)).rejects.toMatchObject({ code: 'EKYC_WORKER_CRASHED' });
    expect(await verification()).toMatchObject({ state: 'JUDGING', judgeFailures: 1, judgedUntil: null });
    test.engine.verdict = verdictOf();
    await judgeVerification(test.context, other);
    await round();
    expect((await verification()).state).toBe('VERIFIED');
  });

  it.each(['EKYC_WORKER_CRASHED', 'EKYC_DEADLINE'] as const)(
    'that does so again and again (%s) is asked for anew, instead of occupying the workers for ever',
    async (code) => {
      test.engine.verdict = new EkycError(code, 'over and over');
      const before = test.engine.asked;
      for (let rounds = 0; rounds < 6; rounds++) await round();
      expect(test.engine.asked - before).toBe(3);
      const { state, reasons, triesLeft, judgeFailures } = await verification();
      expect([state, triesLeft, judgeFailures]).toEqual(['ID_PHOTO_REQUESTED', 1, 0]);
      expect(reasons).toMatchObject([{ code: 'ID_PHOTO_NOT_JUDGED' }]);
      expect(await frames()).toBe(0);
    },
  );

  it('that fails by the engine being away is no fault of the pictures', async () => {
    test.engine.verdict = new EkycError('EKYC_UNAVAILABLE', 'no models');
    for (let rounds = 0; rounds < 5; rounds++) await round();
    expect(await verification()).toMatchObject({ state: 'JUDGING', judgeFailures: 0 });
    test.engine.verdict = verdictOf();
    await round();
  });

  it('whose data acquisition key another verification has used up meanwhile is refused, and judged once', async () => {
    test.engine.verdict = verdictOf();
    const first = await test.captured(2, await test.manufactured());
    const { dakDigest } = await verification();
    await test.context.prisma.verification.update({ where: { id: first }, data: { dakDigest } });
    await judgeVerification(test.context, first);
    const before = test.engine.asked;
    for (let rounds = 0; rounds < 3; rounds++) await round();
    const { state, reasons, documents } = await verification();
    expect([state, reasons]).toMatchObject(['REFUSED', [{ code: 'DATA_ACQUISITION_KEY_UNUSABLE' }]]);
    expect([test.engine.asked - before, await frames(), documents === null]).toEqual([1, 0, false]);
  });

  it('that ends in what nobody foresaw is tried again when another replica might, not with each round', async () => {
    test.engine.verdict = new Error('a defect') as never;
    const before = test.engine.asked;
    for (let rounds = 0; rounds < 10; rounds++) await round();
    expect([(await verification()).state, test.engine.asked - before]).toEqual(['JUDGING', 1]);
    test.engine.verdict = verdictOf();
    for (let rounds = 0; rounds < 4; rounds++) await round();
    expect((await verification()).state).toBe('VERIFIED');
  });

  it('that holds, with a document that a person has to look at, waits for that person at once', async () => {
    test.engine.verdict = verdictOf();
    id = await test.captured(2, test.euicc, 'review');
    await judgeVerification(test.context, id);
    const { state, reasons, verdict } = await verification();
    expect([state, reasons]).toMatchObject(['IN_REVIEW', [{ code: 'DOCUMENT_NAME_UNCERTAIN' }]]);
    expect(verdict).toMatchObject({ outcome: 'review', document: { outcome: 'review', type: 'driving-licence' } });
  });

  it('that does not hold is told before what is to be looked at on the document', async () => {
    test.engine.verdict = verdictOf('FACE_NOT_MATCHING');
    id = await test.captured(2, test.euicc, 'review');
    await judgeVerification(test.context, id);
    expect(await verification()).toMatchObject({
      state: 'ID_PHOTO_REQUESTED',
      reasons: [{ code: 'FACE_NOT_MATCHING' }],
    });
  });
});

describe('a server that nothing is said to', () => {
  it('has the document lit, and a person look at every picture of one', async () => {
    const test = await createTestContext({ TEGATA_DOCUMENT_LIGHT: undefined, TEGATA_DOCUMENT_IMAGES: undefined });
    expect(test.context.config).toMatchObject({ documentLight: 'required', documentImages: 'review' });
    await test.close();
  });
});

describe('judging an ID photo where the document has to be lit', () => {
  let test: TestContext;
  beforeAll(async () => {
    test = await createTestContext({ TEGATA_DOCUMENT_LIGHT: 'required' });
    test.engine.verdict = verdictOf();
  });
  afterAll(() => test.close());

  it('accepts none whose capture was begun before that, and judges it once it is', async () => {
    const id = await test.captured();
    const { prisma } = test.context;
    await judgeVerification(test.context, id);
    const asked = await prisma.verification.findUniqueOrThrow({ where: { id } });
    expect(asked).toMatchObject({
      state: 'ID_PHOTO_REQUESTED',
      triesLeft: 1,
      reasons: [{ code: 'DOCUMENT_NOT_SHOWN' }],
    });
    expect(test.engine.asked).toBe(0);
    const documentColours = 'red,green,blue,cyan,magenta,yellow';
    await prisma.verification.update({ where: { id }, data: { state: 'JUDGING', documentColours } });
    await judgeVerification(test.context, id);
    expect(test.engine.asked).toBe(1);
  });

  it('draws the colours for a picture of a document when the capture begins, and for no other evidence', async () => {
    const { prisma, vault } = test.context;
    const id = await test.captured();
    const begin = async () => {
      const identityProofRequestId = randomUUID();
      await prisma.verification.update({
        where: { id },
        data: { state: 'ID_PHOTO_REQUESTED', captureId: null, identityProofRequestId },
      });
      await beginCapture(
        test.context,
        { verificationId: id, identityProofRequestId, captureId: randomBytes(16) },
        'aozora',
      );
      return promptsOf(await prisma.verification.findUniqueOrThrow({ where: { id } })).map(({ kind }) => kind);
    };
    const { SCREEN_COLOURS, DOCUMENT_COLOURS } = CapturePromptKind;
    expect((await begin()).slice(5)).toEqual([SCREEN_COLOURS, DOCUMENT_COLOURS]);
    const { documents } = await prisma.verification.findUniqueOrThrow({ where: { id } });
    const opened = IdentityDocuments.decode(await vault.open(`verification:${id}:documents`, documents!));
    const chip = IdentityDocuments.encode({
      ...{ ...opened, kind: EvidenceKind.DOCUMENT_CHIP, documentImage: Buffer.alloc(0) },
      documentChip: {
        sod: Buffer.of(1),
        dataGroup1: Buffer.of(1),
        dataGroup2: Buffer.of(1),
        activeAuthentication: undefined,
      },
    }).finish();
    await prisma.verification.update({
      where: { id },
      data: { documents: await vault.seal(`verification:${id}:documents`, chip) },
    });
    expect((await begin()).slice(5)).toEqual([SCREEN_COLOURS]);
  });
});
