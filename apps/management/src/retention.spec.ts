import { randomBytes } from 'node:crypto';
import { eid } from '@tegata/x509/testing';
import { type AuthenticatedSession, pastSession, sessionKeeper } from './es9plus/rsp-session.ts';
import type { ProfileState, RspSessionState } from './generated/client.ts';
import { once, rememberRow } from './profile-orders/batch.ts';
import { deleteWhatIsOver } from './retention.ts';
import { storeStock } from './testing/stock.ts';
import { createTestContext, type TestContext } from './testing/test-context.ts';

const day = 24 * 60 * 60 * 1000;

describe('what the SM-DP+ keeps for a period', () => {
  let test: TestContext;

  beforeAll(async () => {
    test = await createTestContext();
  });
  afterAll(() => test.close());

  const later = (milliseconds: number) => {
    test.time.now = new Date(test.time.now.getTime() + milliseconds);
  };

  /** Stores a session that lapses now, for a profile in this state. */
  async function session(state: RspSessionState, of?: { state: ProfileState; eid?: string | null }): Promise<Buffer> {
    const transactionId = randomBytes(16);
    const [iccid] = of ? await storeStock(test.context, 1) : [null];
    if (of && iccid) {
      await test.context.prisma.profile.update({ where: { iccid }, data: { state: of.state, eid: of.eid ?? eid } });
    }
    await test.context.prisma.rspSession.create({
      data: {
        transactionId: new Uint8Array(transactionId),
        state,
        ciKeyId: randomBytes(20),
        serverCiKeyId: randomBytes(20),
        expiresAt: test.time.now,
        ...(of && { eid, iccid, euiccPublicKey: randomBytes(91), smdpSignature2: randomBytes(67) }),
        ...(state === 'BOUND' && { boundHead: randomBytes(600), euiccOtpk: randomBytes(65) }),
      },
    });
    return transactionId;
  }
  const stored = (transactionId: Buffer) =>
    test.context.prisma.rspSession.findUnique({ where: { transactionId: new Uint8Array(transactionId) } });

  it('ends sessions that lapsed', async () => {
    const keep = sessionKeeper(test.context);
    const bound = await session('BOUND', { state: 'DOWNLOADED' });
    later(60_000);
    const open = await session('BOUND', { state: 'DOWNLOADED' });
    test.time.now = new Date(test.time.now.getTime() - 1);
    await keep();
    expect(await stored(bound)).toMatchObject({ state: 'ENDED', boundHead: null, euiccOtpk: null, eid });
    expect(await stored(open)).toMatchObject({ state: 'BOUND' });
    later(1);
    await keep();
    expect(await stored(open)).toMatchObject({ state: 'ENDED', boundHead: null });
  });

  it('deletes sessions when their period is over, but not while a result can still come for them', async () => {
    const [installed, cancelled, another] = [
      await session('ENDED', { state: 'INSTALLED' }),
      await session('ENDED', { state: 'UNAVAILABLE' }),
      await session('ENDED', { state: 'DOWNLOADED', eid: '89049032123451234512345678901235' }),
    ];
    const [onItsWay, failed] = [
      await session('ENDED', { state: 'DOWNLOADED' }),
      await session('ENDED', { state: 'ERROR' }),
    ];
    later(30 * day - 1);
    await deleteWhatIsOver(test.context);
    for (const each of [installed, cancelled, another, onItsWay, failed]) expect(await stored(each)).not.toBeNull();
    later(1);
    await deleteWhatIsOver(test.context);
    for (const each of [installed, cancelled, another]) expect(await stored(each)).toBeNull();
    later(1_000 * day);
    await deleteWhatIsOver(test.context);
    for (const each of [onItsWay, failed]) {
      expect(await pastSession(test.context, each)).toMatchObject({ eid } satisfies Partial<AuthenticatedSession>);
    }
  });

  it('deletes what the operator was told, and nothing that it is still to be told', async () => {
    const { prisma } = test.context;
    const progress = (message: string, dueAt: Date | null) =>
      prisma.downloadProgress.create({
        data: { iccid: '8981001', eid, profileType: 'standard', point: 1, message, createdAt: test.time.now, dueAt },
      });
    await progress('taken', null);
    await progress('waits', test.time.now);
    const left = async () =>
      (await prisma.downloadProgress.findMany({ orderBy: { id: 'asc' } })).map(({ message }) => message);
    later(90 * day - 1);
    await deleteWhatIsOver(test.context);
    expect(await left()).toEqual(['taken', 'waits']);
    later(1);
    await deleteWhatIsOver(test.context);
    expect(await left()).toEqual(['waits']);
  });

  it('knows a row of a batch again for as long as its key is kept', async () => {
    const { database, vault } = test.context;
    const row = { rowKey: 'batch/1', digest: randomBytes(32) };
    const carryOut = async () => {
      await rememberRow(database, vault, row, '8981001', test.time.now);
      return 'done';
    };
    expect(await once(test.context, row, carryOut)).toEqual({ done: 'done', repeated: false });
    later(365 * day - 1);
    await deleteWhatIsOver(test.context);
    expect(await once(test.context, row, carryOut)).toEqual({ iccid: '8981001', repeated: true });
    later(1);
    await deleteWhatIsOver(test.context);
    expect(await once(test.context, row, carryOut)).toEqual({ done: 'done', repeated: false });
  });

  it('deletes all of it, however much there is, also when replicas do it at once', async () => {
    const { database, prisma } = test.context;
    await database.change(
      `INSERT INTO batch_row (row_key, digest, iccid, created_at) SELECT 'many/' || n, '\\x00', '', $1 FROM generate_series(1, 2500) n`,
      [test.time.now],
    );
    later(365 * day);
    await Promise.all([1, 2, 3].map(() => deleteWhatIsOver(test.context)));
    await deleteWhatIsOver(test.context);
    expect(await prisma.batchRow.count({ where: { rowKey: { startsWith: 'many/' } } })).toBe(0);
  });
});
