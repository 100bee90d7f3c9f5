import { randomBytes, sign } from 'node:crypto';
import { CaptureSegment, EvidenceKind, ReviewDecision, VerificationState } from '@tegata/contracts/authentication-v1';
import type { ReasonCode } from '@tegata/ekyc';
import {
  assembleCaptureStatement,
  beginCaptureChain,
  captureStatementOctets,
  chainFrames,
  sealEnvelope,
  sealPurposes,
} from '@tegata/identity';
import type { AuthenticationContext } from '../context.ts';
import { reviewDesk } from '../testing/review-desk.ts';
import { createTestContext, type TestContext, verdictOf } from '../testing/test-context.ts';
import { verificationRequest } from '../testing/verification-request.ts';
import { upkeep } from '../upkeep.ts';
import { identityVerification } from './identity-verification.ts';
import { judgeVerification } from './judge-verification.ts';
import { startVerification } from './start-verification.ts';

const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xd9]);

describe('the verification of a contract that is cancelled', () => {
  let test: TestContext;
  let id: string;

  beforeAll(async () => {
    test = await createTestContext({ TEGATA_REVIEW: 'at-once' });
  });
  afterAll(() => test.close());

  beforeEach(async () => {
    test.engine.verdict = verdictOf('FACE_MATCH_UNCERTAIN');
    id = await test.captured();
  });

  const verification = () => test.context.prisma.verification.findUniqueOrThrow({ where: { id } });
  const contractOf = async () => (await verification()).contractId;
  const calls = (carrier: string, context = test.context) => {
    const service = identityVerification(context);
    const by = { caller: { role: 'management', name: carrier }, signal: new AbortController().signal } as Parameters<
      typeof service.withdrawVerification
    >[1];
    return {
      withdraw: async (contractId: string) => (await service.withdrawVerification({ contractId }, by)).verifications,
      submit: (request: Parameters<typeof service.submitCapture>[0]) => service.submitCapture(request, by),
    };
  };
  const withdraw = async (carrier = 'aozora') =>
    (await calls(carrier).withdraw(await contractOf())).map(({ state }) => VerificationState[state]);
  const reviews = (context = test.context) => reviewDesk(context, id);
  const trail = async () => (await reviews().trail()).map(({ action }) => action);
  /** What the applicant handed in, as it lies in the database: looked for in every row of every table. */
  const handedIn = async () => {
    const { documents, reading } = await verification();
    const segments = await test.context.prisma.captureSegment.findMany({ where: { verificationId: id } });
    return [documents, reading, ...segments.map(({ segment }) => segment)].map((octets) =>
      Buffer.from(octets ?? []).toString('hex'),
    );
  };
  const isAnyLeft = async (hex: readonly string[]) => {
    const dump = await test.dump();
    return hex.some((octets) => octets.length > 0 && dump.includes(octets));
  };
  const certificates = () => test.context.prisma.identityCertificate.count({ where: { verificationId: id } });
  const refusedWith = (reason: string) => expect.objectContaining({ reason });

  it('ends while it waits for a reviewer: at once nothing that was handed in is left, and nobody can look at it or decide', async () => {
    await judgeVerification(test.context, id);
    const { claim } = await reviews().claim();
    const octets = await handedIn();
    expect([octets.length, await isAnyLeft(octets)]).toEqual([7, true]);

    expect(await withdraw()).toEqual(['WITHDRAWN']);
    expect(await isAnyLeft(octets)).toBe(false);
    expect(await verification()).toMatchObject({
      ...{ state: 'WITHDRAWN', decidedAt: test.time.now, erasedAt: test.time.now, reviewClaim: null },
      reasons: [{ code: 'VERIFICATION_WITHDRAWN' }],
    });
    expect((await reviews().list()).map(({ verificationId }) => verificationId)).not.toContain(id);
    await expect(reviews().claim()).rejects.toEqual(refusedWith('REVIEW_WITHDRAWN'));
    await expect(reviews().decide(claim, ReviewDecision.ACCEPT)).rejects.toEqual(refusedWith('REVIEW_WITHDRAWN'));
    expect(await trail()).toEqual(['queued', 'claimed', 'withdrawn']);
  });

  it('is withdrawn once, however often that is asked for, and by no other carrier', async () => {
    await judgeVerification(test.context, id);
    expect(await withdraw('minato')).toEqual([]);
    expect((await verification()).state).toBe('IN_REVIEW');
    expect(await withdraw()).toEqual(['WITHDRAWN']);
    const first = await verification();
    test.time.now = new Date(test.time.now.getTime() + 1000);
    const contractId = await contractOf();
    const again = await Promise.all([1, 2, 3].map(() => calls('aozora').withdraw(contractId)));
    expect(again.map((each) => each.map(({ state }) => state))).toEqual(Array(3).fill([VerificationState.WITHDRAWN]));
    expect(await verification()).toEqual(first);
    expect(await trail()).toEqual(['queued', 'withdrawn']);
  });

  it('that is decided already stays decided, with what waits for a complaint', async () => {
    test.engine.verdict = verdictOf();
    await judgeVerification(test.context, id);
    const before = await verification();
    expect(await withdraw()).toEqual(['VERIFIED']);
    expect(await verification()).toEqual(before);
    expect(await certificates()).toBe(1);
  });

  it('that has lapsed before waits for no complaint', async () => {
    const lapsed = { state: 'EXPIRED', decidedAt: test.time.now } as const;
    await test.context.prisma.verification.update({ where: { id }, data: lapsed });
    const octets = await handedIn();
    expect(await withdraw()).toEqual(['WITHDRAWN']);
    expect(await isAnyLeft(octets)).toBe(false);
  });

  it.each<[string, ReasonCode | undefined]>([
    ['accept', undefined],
    ['leave to a person', 'FACE_MATCH_UNCERTAIN'],
    ['ask again', 'FACE_NOT_MATCHING'],
  ])('while the engine is at work on it, which would %s, is over all the same', async (_, code) => {
    const octets = await handedIn();
    const verifyIdentity = async () => {
      expect(await withdraw()).toEqual(['WITHDRAWN']);
      return verdictOf(code);
    };
    const before = await test.context.prisma.identityCertificate.count();
    await judgeVerification({ ...test.context, engine: { ...test.context.engine, verifyIdentity } }, id);
    expect((await verification()).state).toBe('WITHDRAWN');
    expect(await isAnyLeft(octets)).toBe(false);
    expect(await test.context.prisma.identityCertificate.count()).toBe(before);
    expect(await trail()).toEqual([]);
  });

  it('after a reviewer has accepted, but before the certificate is signed, gets none', async () => {
    await judgeVerification(test.context, id);
    const { claim } = await reviews().claim();
    const octets = await handedIn();
    const { issuingCa } = test.context.keys;
    const sign: typeof issuingCa.key.sign = async (...of) => {
      expect(await certificates()).toBe(1);
      expect(await withdraw()).toEqual(['WITHDRAWN']);
      return issuingCa.key.sign(...of);
    };
    const key = Object.assign(Object.create(issuingCa.key), { sign });
    const keys = { ...test.context.keys, issuingCa: { ...issuingCa, key } };
    const decided = await reviews({ ...test.context, keys }).decide(claim, ReviewDecision.ACCEPT);
    expect(decided.state).toBe(VerificationState.WITHDRAWN);
    expect([await certificates(), await isAnyLeft(octets)]).toEqual([0, false]);
    expect(await trail()).toEqual(['queued', 'claimed', 'accepted', 'withdrawn']);
  });

  it.each([
    ['refuse', ReviewDecision.REFUSE, 'REFUSED'],
    ['accept', ReviewDecision.ACCEPT, 'VERIFIED'],
  ] as const)(
    'at the moment in which a reviewer decides to %s has one end, and all of it',
    async (_, decision, state) => {
      await judgeVerification(test.context, id);
      const { claim } = await reviews().claim();
      await Promise.allSettled([withdraw(), reviews().decide(claim, decision)]);
      const row = await verification();
      expect(['WITHDRAWN', state]).toContain(row.state);
      expect(row.documents === null).toBe(row.state === 'WITHDRAWN');
      expect(await certificates()).toBe(row.state === 'VERIFIED' ? 1 : 0);
      expect(await test.context.prisma.captureSegment.count({ where: { verificationId: id } })).toBe(0);
    },
  );

  it('keeps no frames that were on their way', async () => {
    const { context, euicc } = test;
    const captureId = randomBytes(16);
    const { contractId, identityProofRequestId, nonce } = await verification();
    const chain = beginCaptureChain(identityProofRequestId, nonce, captureId);
    const promptNonce = new Uint8Array(randomBytes(32));
    const promptExpiresAt = new Date(context.clock().getTime() + 10_000);
    await context.prisma.captureSegment.deleteMany({ where: { verificationId: id } });
    const begun = { captureId, promptNonce, promptExpiresAt, chainHead: chain, state: 'ID_PHOTO_REQUESTED' } as const;
    await context.prisma.verification.update({ where: { id }, data: begun });
    const frames = [{ image: jpeg, capturedAtMs: 0, colourNumber: 0 }];
    const stated = captureStatementOctets({
      ...{ contractId, identityProofRequestId, promptNumber: 0, promptNonce, eid: euicc.eid, frameCount: 1 },
      ...{ chainHead: chainFrames(chain, { promptNumber: 0, promptNonce }, frames), time: context.clock() },
    });
    const signature = sign('sha256', stated, { key: euicc.privateKey, dsaEncoding: 'ieee-p1363' });
    const captureStatement = Buffer.from(assembleCaptureStatement(stated, signature));
    const sealedSegment = await sealEnvelope({
      recipient: context.keys.encryption.certificate,
      purpose: sealPurposes.captureSegment,
      binding: contractId,
      plaintext: CaptureSegment.encode({ captureStatement, frames }).finish(),
    });
    const request = { verificationId: id, identityProofRequestId, promptNumber: 0, sealedSegment };
    const seal: AuthenticationContext['vault']['seal'] = async (...of) => {
      expect(await withdraw()).toEqual(['WITHDRAWN']);
      return context.vault.seal(...of);
    };
    const open: AuthenticationContext['vault']['open'] = (...of) => context.vault.open(...of);
    const vault = { seal, open } as AuthenticationContext['vault'];
    const late = calls('aozora', { ...context, vault }).submit(request);
    await expect(late).rejects.toEqual(refusedWith('CAPTURE_PROMPT_NOT_ASKED'));
    expect(await context.prisma.captureSegment.count({ where: { verificationId: id } })).toBe(0);
    // Sent again, it hears that all is over.
    expect((await calls('aozora').submit(request)).verification?.state).toBe(VerificationState.WITHDRAWN);
  });

  it('is not opened any more by a request that was on its way, nor by a later one, until such can come no more', async () => {
    const { context } = test;
    const documents = { kind: EvidenceKind.DOCUMENT_IMAGE, documentImage: jpeg };
    const request = await verificationRequest(test, documents);
    const { contractId } = request;
    const opened = () => context.prisma.verification.count({ where: { contractId } });
    const start = (server = context, carrier = 'aozora') =>
      startVerification(server, request, carrier, new AbortController().signal);
    const checkDocument: AuthenticationContext['engine']['checkDocument'] = async (...of) => {
      expect(await calls('aozora').withdraw(contractId)).toEqual([]);
      return context.engine.checkDocument(...of);
    };
    const onItsWay = start({ ...context, engine: { ...context.engine, checkDocument } });
    await expect(onItsWay).rejects.toEqual(refusedWith('VERIFICATION_WITHDRAWN'));
    await expect(start()).rejects.toEqual(refusedWith('VERIFICATION_WITHDRAWN'));
    expect(await opened()).toBe(0);
    // The contract of another carrier is another one, whatever it is called.
    expect((await start(context, 'minato')).verification.state).toBe(VerificationState.ID_PHOTO_REQUESTED);

    test.time.now = new Date(test.time.now.getTime() + context.config.verificationLifetimeMs);
    await upkeep(context);
    expect(await context.prisma.withdrawnContract.count()).toBe(0);
  });

  it('is either opened and withdrawn, or not opened, when both come at once', async () => {
    const documents = { kind: EvidenceKind.DOCUMENT_IMAGE, documentImage: jpeg };
    for (let round = 0; round < 5; round++) {
      const request = await verificationRequest(test, documents);
      const { contractId } = request;
      await Promise.allSettled([
        startVerification(test.context, request, 'aozora', new AbortController().signal),
        calls('aozora').withdraw(contractId),
      ]);
      const rows = await test.context.prisma.verification.findMany({ where: { contractId } });
      expect(rows.filter(({ state }) => state !== 'WITHDRAWN')).toEqual([]);
    }
  });
});
