import {
  EvidenceKind,
  IdentityDocuments,
  ReviewDecision,
  VerificationState,
} from '@tegata/contracts/authentication-v1';
import { EkycBusyError, EkycError } from '@tegata/ekyc';
import { CscaTrust } from '@tegata/emrtd';
import { issueChip, testCountry, testHolder } from '@tegata/emrtd/testing';
import { reviewDesk } from '../testing/review-desk.ts';
import { createTestContext, pictures, type TestContext, verdictOf } from '../testing/test-context.ts';
import { upkeep } from '../upkeep.ts';
import { judgeVerification } from '../verification/judge-verification.ts';
import { sealReading } from '../verification/stored-reading.ts';

const { ACCEPT, REFUSE } = ReviewDecision;

describe('an identity verification that neither held nor failed', () => {
  let test: TestContext;
  let id: string;

  beforeAll(async () => {
    test = await createTestContext({ TEGATA_REVIEW: 'at-once' });
  });
  afterAll(() => test.close());

  beforeEach(async () => {
    test.engine.verdict = verdictOf('FACE_MATCH_UNCERTAIN');
    id = await test.captured();
    await judgeVerification(test.context, id);
  });

  const verification = () => test.context.prisma.verification.findUniqueOrThrow({ where: { id } });
  const frames = () => test.context.prisma.captureSegment.count({ where: { verificationId: id } });
  const reviews = (context = test.context) => reviewDesk(context, id);
  const trail = async () =>
    (await reviews().trail()).map(({ action, reviewer, reason }) => [action, reviewer, reason].join('|'));
  const refusedWith = (reason: string) => expect.objectContaining({ reason });

  it('waits for a person with its pictures, and is listed without them', async () => {
    expect(await verification()).toMatchObject({ state: 'IN_REVIEW', decidedAt: null });
    expect(await frames()).toBe(5);
    const listed = (await reviews().list()).find(({ verificationId }) => verificationId === id);
    expect(listed).toMatchObject({ carrier: 'aozora', claimedBy: '', reasons: [{ code: 'FACE_MATCH_UNCERTAIN' }] });
    expect(await trail()).toEqual(['queued||FACE_MATCH_UNCERTAIN']);
  });

  it('is shown to the one who claims it: document, frames that look straight, scores, what nobody could compare', async () => {
    const unconfirmedAttributes = ['given_name', 'address'];
    await test.context.prisma.verification.update({ where: { id }, data: { unconfirmedAttributes } });
    const shown = await reviews().claim('hana');
    expect(shown.documentImage.equals(pictures.document)).toBe(true);
    expect(shown.frames.map((frame) => frame.equals(pictures.frame))).toEqual([true]);
    expect(JSON.parse(shown.verdictJson)).toMatchObject({ outcome: 'review', scores: { matchDistance: 0.5 } });
    expect(shown.unconfirmedAttributes).toEqual(unconfirmedAttributes);
    expect((await reviews().list()).find(({ verificationId }) => verificationId === id)?.claimedBy).toBe('hana');
  });

  it('is shown with the document before the camera, where that was asked for', async () => {
    const frame = (name: string) => Buffer.from(name);
    const sent = ['straight', 'left', 'up', 'right', 'down', 'document'].map(frame);
    id = await test.captured(2, test.euicc, 'accepted', sent);
    const data = { documentColours: 'red,green,blue,cyan,magenta,yellow' };
    await test.context.prisma.verification.update({ where: { id }, data });
    await judgeVerification(test.context, id);
    expect(await reviews().claim('hana')).toMatchObject({
      frames: [frame('straight')],
      documentFrames: [frame('document')],
    });
  });

  it('belongs to one reviewer at a time: of two at once one gets it, and the other after the claim has lapsed', async () => {
    const claims = await Promise.allSettled([reviews().claim('hana'), reviews().claim('ren')]);
    const [won] = claims.flatMap((claim) => (claim.status === 'fulfilled' ? [claim.value] : []));
    const lost = claims.flatMap((claim) => (claim.status === 'rejected' ? [claim.reason] : []));
    expect(lost).toEqual([refusedWith('REVIEW_CLAIMED')]);
    const { claim: first = Buffer.alloc(16) } = won ?? {};
    expect((await reviews().claim('hana', first)).claim.equals(first)).toBe(true);

    test.time.now = new Date(test.time.now.getTime() + test.context.config.reviewClaimMs);
    const { claim: second } = await reviews().claim('ren');
    await expect(reviews().decide(first, ACCEPT)).rejects.toEqual(refusedWith('REVIEW_CLAIM_LOST'));
    expect((await reviews().decide(second, ACCEPT)).state).toBe(VerificationState.VERIFIED);
  });

  it('is accepted by a person: the certificate is issued without another judgement, and the frames are gone', async () => {
    const { asked } = test.engine;
    const { claim } = await reviews().claim('hana');
    const decided = await Promise.allSettled([
      reviews().decide(claim, ACCEPT, 'same scar'),
      reviews().decide(claim, ACCEPT),
    ]);
    expect(decided.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(test.engine.asked).toBe(asked);
    expect(await verification()).toMatchObject({
      state: 'VERIFIED',
      verdict: { outcome: 'review', review: 'accepted' },
    });
    expect(await frames()).toBe(0);
    const issued = await test.context.prisma.identityCertificate.findUnique({ where: { verificationId: id } });
    expect(issued?.certificate).not.toBeNull();
    expect(await trail()).toHaveLength(3);
    expect((await trail())[1]).toBe('claimed|hana|');
    await expect(reviews().decide(claim, REFUSE)).rejects.toEqual(refusedWith('REVIEW_NOT_FOUND'));
    await expect(reviews().claim('ren')).rejects.toEqual(refusedWith('REVIEW_NOT_FOUND'));
  });

  it('that a person accepted while every worker is busy is decided, and issued later', async () => {
    const { claim } = await reviews().claim('hana');
    const makeReference = () => Promise.reject(new EkycBusyError(1500));
    const busy = reviews({ ...test.context, engine: { ...test.context.engine, makeReference } });
    const decided = await busy.decide(claim, ACCEPT);
    expect(decided.state).toBe(VerificationState.JUDGING);
    test.time.now = new Date(test.time.now.getTime() + 10_000);
    await upkeep(test.context);
    expect(await verification()).toMatchObject({ state: 'VERIFIED' });
  });

  it('that a person accepted is issued by the next process when the first one died', async () => {
    const { claim } = await reviews().claim('hana');
    const { issuingCa } = test.context.keys;
    const keys = { ...test.context.keys, issuingCa: { ...issuingCa, key: broken(issuingCa.key) } };
    const dying = { ...test.context, keys };
    await expect(reviews(dying).decide(claim, ACCEPT)).rejects.toThrow('power');
    expect(await verification()).toMatchObject({ state: 'JUDGING', reviewAccepted: true });
    test.time.now = new Date(test.time.now.getTime() + 121_000);
    await upkeep(test.context);
    expect(await verification()).toMatchObject({ state: 'VERIFIED' });
  });

  it('that a person accepted, but whose portrait ends workers, is judged anew by the ID photo that is asked for then', async () => {
    const { claim } = await reviews().claim('hana');
    const makeReference = () => Promise.reject(new EkycError('EKYC_WORKER_CRASHED', 'over and over'));
    const crashing = { ...test.context, engine: { ...test.context.engine, makeReference } };
    expect(await reviews(crashing).decide(claim, ACCEPT)).toEqual({ state: VerificationState.JUDGING });
    for (let round = 0; round < 3; round++) {
      test.time.now = new Date(test.time.now.getTime() + 10_000);
      await upkeep(crashing);
    }
    expect(await verification()).toMatchObject({ state: 'ID_PHOTO_REQUESTED' });

    await test.context.prisma.verification.update({ where: { id }, data: { state: 'JUDGING' } });
    const { asked } = test.engine;
    await judgeVerification(test.context, id);
    expect([test.engine.asked, (await verification()).state]).toEqual([asked + 1, 'IN_REVIEW']);
    expect((await reviews().claim('ren')).review?.claimedBy).toBe('ren');
  });

  it('whose document has expired while it waited is over: nobody can accept it, and the frames are gone', async () => {
    const country = testCountry();
    const trust = new CscaTrust({ certificates: [country.csca] });
    const context = { ...test.context, csca: () => trust };
    const lastDay = test.time.now.toISOString().slice(0, 10);
    const { sod, dg1, dg2 } = issueChip(country, { holder: { ...testHolder, expiryDate: lastDay } });
    const [dataGroup1, dataGroup2] = [Buffer.from(dg1), Buffer.from(dg2)];
    const documentChip = { sod: Buffer.from(sod), dataGroup1, dataGroup2 };
    const documents = IdentityDocuments.encode(
      IdentityDocuments.fromPartial({ kind: EvidenceKind.DOCUMENT_CHIP, documentChip }),
    ).finish();
    const sealed = await context.vault.seal(`verification:${id}:documents`, documents);
    await context.prisma.verification.update({ where: { id }, data: { documents: sealed } });
    const { claim } = reviews(context);
    expect((await claim()).review?.claimedBy).toBe('hana');

    test.time.now = new Date(test.time.now.getTime() + 86_400_000);
    await expect(claim()).rejects.toEqual(refusedWith('CHIP_DOCUMENT_EXPIRED'));
    expect(await verification()).toMatchObject({ state: 'REFUSED', reasons: [{ code: 'CHIP_DOCUMENT_EXPIRED' }] });
    expect(await frames()).toBe(0);
    expect((await trail()).at(-1)).toBe('refused||CHIP_DOCUMENT_EXPIRED');
    await expect(claim()).rejects.toEqual(refusedWith('REVIEW_NOT_FOUND'));
  });

  it('whose document has expired by its picture while it waited is over, too, though a person has accepted it by then', async () => {
    const { prisma } = test.context;
    const lastDay = test.time.now.toISOString().slice(0, 10);
    const reading = { outcome: 'accepted', reasons: [], attributes: [], expiryDate: lastDay, audit: {} } as const;
    const sealed = await sealReading(test.context, id, reading);
    await prisma.verification.update({ where: { id }, data: { reading: sealed } });
    const { claim } = await reviews().claim('hana');
    test.time.now = new Date(test.time.now.getTime() + 86_400_000);
    const reviewClaimedUntil = new Date(test.time.now.getTime() + 1);
    await prisma.verification.update({ where: { id }, data: { reviewClaimedUntil } });
    expect((await reviews().decide(claim, ACCEPT)).state).toBe(VerificationState.REFUSED);
    expect(await verification()).toMatchObject({ reasons: [{ code: 'DOCUMENT_EXPIRED' }] });

    const waiting = { state: 'IN_REVIEW', decidedAt: null, reviewAccepted: false, reviewClaimedUntil: null } as const;
    await prisma.verification.update({ where: { id }, data: waiting });
    await expect(reviews().claim('ren')).rejects.toEqual(refusedWith('DOCUMENT_EXPIRED'));
    expect((await trail()).at(-1)).toBe('refused||DOCUMENT_EXPIRED');
  });

  it('is refused by a person: the applicant hears what to do and not why, and the frames are gone', async () => {
    const { claim } = await reviews().claim('ren');
    await expect(reviews().decide(claim, ReviewDecision.UNSPECIFIED)).rejects.toEqual(
      refusedWith('REVIEW_DECISION_MISSING'),
    );
    expect((await reviews().decide(claim, REFUSE, 'other ears')).state).toBe(VerificationState.REFUSED);
    const { reasons } = await verification();
    expect(reasons).toMatchObject([{ code: 'REVIEW_REFUSED' }]);
    expect(JSON.stringify(reasons)).not.toContain('ears');
    expect(await frames()).toBe(0);
    expect((await trail()).at(-1)).toBe('refused|ren|other ears');
  });

  it('lapses when nobody decides in time, and the frames are gone', async () => {
    await upkeep(test.context);
    expect(await frames()).toBe(5);
    test.time.now = new Date(test.time.now.getTime() + test.context.config.reviewLifetimeMs);
    await expect(reviews().claim('hana')).rejects.toThrow();
    await upkeep(test.context);
    expect(await verification()).toMatchObject({ state: 'EXPIRED', reasons: [{ code: 'REVIEW_LAPSED' }] });
    expect(await frames()).toBe(0);
    expect((await trail()).at(-1)).toBe('lapsed||');
  });

  it('is first asked for better pictures where that is the policy, and waits after the last try', async () => {
    const context = { ...test.context, config: { ...test.context.config, review: 'after-tries' as const } };
    const [again, last] = [await test.captured(1), await test.captured(0)];
    await judgeVerification(context, again);
    await judgeVerification(context, last);
    const state = async (which: string) =>
      (await test.context.prisma.verification.findUniqueOrThrow({ where: { id: which } })).state;
    expect([await state(again), await state(last)]).toEqual(['ID_PHOTO_REQUESTED', 'IN_REVIEW']);
    const off = { ...context, config: { ...context.config, review: 'off' as const } };
    const never = await test.captured(0);
    await judgeVerification(off, never);
    expect(await state(never)).toBe('REFUSED');
  });
});

/** A key that signs nothing any more. */
function broken<T extends object>(key: T): T {
  return { ...key, sign: () => Promise.reject(new Error('the power went')) };
}
