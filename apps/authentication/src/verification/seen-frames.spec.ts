import { EkycError } from '@tegata/ekyc';
import { drawnFrame } from '@tegata/ekyc/testing';
import { createTestContext, type TestContext, verdictOf } from '../testing/test-context.ts';
import { upkeep } from '../upkeep.ts';
import { judgeVerification } from './judge-verification.ts';

describe('frames that were sent before', () => {
  let test: TestContext;
  let capturesDrawn = 0;

  beforeAll(async () => {
    test = await createTestContext();
  });
  afterAll(() => test.close());

  beforeEach(() => {
    test.engine.verdict = verdictOf();
  });

  /** Frames that nobody has sent. */
  const fresh = (): Promise<Uint8Array[]> => {
    const name = `capture ${++capturesDrawn}`;
    return Promise.all([0, 1, 2, 3, 4].map((k) => drawnFrame(`${name}, frame ${k}`)));
  };
  /** A verification, of an eUICC of its own, whose capture has these frames. */
  const captured = async (frames: readonly Uint8Array[], triesLeft = 2) =>
    test.captured(triesLeft, await test.manufactured(), 'accepted', frames);
  const verification = (id: string) => test.context.prisma.verification.findUniqueOrThrow({ where: { id } });
  const judged = async (frames: readonly Uint8Array[], triesLeft?: number, context = test.context) => {
    const id = await captured(frames, triesLeft);
    await judgeVerification(context, id);
    return verification(id);
  };
  const seenBefore = { reasons: [{ code: 'FRAMES_SEEN_BEFORE' }] };

  it('by an accepted capture are refused in whatever order, before faces are looked for, and told as such', async () => {
    const frames = await fresh();
    expect(await judged(frames)).toMatchObject({ state: 'VERIFIED' });
    const { asked } = test.engine;
    expect(await judged(frames.toReversed())).toMatchObject({
      ...seenBefore,
      state: 'ID_PHOTO_REQUESTED',
      triesLeft: 1,
    });
    const last = await judged(frames, 0);
    expect(last).toMatchObject({ ...seenBefore, state: 'REFUSED' });
    expect(last.verdict).toMatchObject({
      outcome: 'refused',
      checks: expect.arrayContaining([
        expect.objectContaining({ name: 'frames.seenBefore', measured: 5, held: false }),
      ]),
    });
    expect(test.engine.asked).toBe(asked);
    expect(await judged(await fresh())).toMatchObject({ state: 'VERIFIED' });
  });

  it('are known by a single one, also when it was sent with a capture that was refused', async () => {
    const [old, frames] = [await fresh(), await fresh()];
    test.engine.verdict = verdictOf('FACE_NOT_MATCHING');
    await judged(old);
    test.engine.verdict = verdictOf();
    expect(await judged([...frames.slice(1), old[0]!])).toMatchObject(seenBefore);
  });

  it('in the same capture are repeats, too', async () => {
    const [first, second, ...others] = await fresh();
    expect(await judged([first!, second!, first!, ...others])).toMatchObject(seenBefore);
  });

  it('by the same capture are its own: it is judged again after a worker died', async () => {
    const id = await captured(await fresh());
    test.engine.verdict = new EkycError('EKYC_WORKER_CRASHED', 'the worker died over this decision');
    await expect(judgeVerification(test.context, id)).rejects.toMatchObject({ code: 'EKYC_WORKER_CRASHED' });
    test.engine.verdict = verdictOf();
    await judgeVerification(test.context, id);
    const { state, verdict } = await verification(id);
    expect(state).toBe('VERIFIED');
    expect(verdict).toMatchObject({
      checks: [{ name: 'frames.repeated' }, { name: 'frames.seenBefore' }, { name: 'frames.viewsSeenBefore' }],
    });
  });

  it('and are sent by several at once are taken once', async () => {
    // Rows that take their time make it certain that the statements meet, whose rows would else lock one another out.
    const { prisma } = test.context;
    await prisma.$executeRaw`CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql
      AS 'BEGIN PERFORM pg_sleep(0.01); RETURN NEW; END'`;
    await prisma.$executeRaw`CREATE TRIGGER take_time BEFORE INSERT ON seen_frame FOR EACH ROW EXECUTE FUNCTION take_time()`;
    for (let round = 0; round < 3; round++) {
      const frames = await fresh();
      const ids = await Promise.all([captured(frames), captured(frames.toReversed()), captured(frames.slice(2))]);
      await Promise.all(ids.map((id) => judgeVerification(test.context, id)));
      const states = await Promise.all(ids.map(async (id) => (await verification(id)).state));
      expect(states.sort()).toEqual(['ID_PHOTO_REQUESTED', 'ID_PHOTO_REQUESTED', 'VERIFIED']);
    }
    await prisma.$executeRaw`DROP TRIGGER take_time ON seen_frame`;
  });

  it('are forgotten after their period, which begins anew when they are sent again; then nothing of them is left', async () => {
    const { prisma, config } = test.context;
    const later = (milliseconds: number) => {
      test.time.now = new Date(test.time.now.getTime() + milliseconds);
    };
    const frames = await fresh();
    await judged(frames);
    later(config.framesKnownMs - 1);
    await upkeep(test.context);
    expect(await judged(frames)).toMatchObject(seenBefore);
    later(config.framesKnownMs - 1);
    await upkeep(test.context);
    expect(await prisma.seenFrame.count()).toBe(5 * 4);
    later(1);
    await upkeep(test.context);
    expect(await prisma.seenFrame.count()).toBe(0);
    expect(await judged(frames)).toMatchObject({ state: 'VERIFIED' });
  });

  it('are taken by a server that allows repeats, which keeps no digest and erases those it has', async () => {
    const context = { ...test.context, config: { ...test.context.config, framesKnownMs: 0 } };
    const frames = await fresh();
    await judged(frames);
    expect(await judged([...frames, ...frames], 2, context)).toMatchObject({ state: 'VERIFIED' });
    await upkeep(context);
    expect(await test.context.prisma.seenFrame.count()).toBe(0);
  });
});
