import { FinalProfileStatusIndicator } from '@tegata/contracts/gsma-rsp-v2';
import { CancelSessionReason, downloadError, SmdpSigned2 } from '@tegata/rsp';
import { cancelOrder } from '../es2plus/cancel-order.ts';
import { codesOf, Downloads, newOneTimeKey } from '../testing/downloads.ts';
import { authenticateClient } from './authenticate-client.ts';
import { getBoundProfilePackage } from './get-bound-profile-package.ts';
import { SessionMemory } from './session-memory.ts';

describe.each([
  { servedBy: 'one process', remembers: true },
  { servedBy: 'another replica at each step', remembers: false },
])('download sessions, served by $servedBy', ({ remembers }) => {
  let downloads: Downloads;
  beforeAll(async () => {
    downloads = await Downloads.create(remembers);
  });
  afterAll(() => downloads.close());

  it('are stored when the eUICC has authenticated itself, and not before', async () => {
    const iccid = await downloads.prepare();
    const sessions = () => downloads.test.context.prisma.rspSession.count();
    const before = await sessions();
    const begun = await downloads.initiate(downloads.euicc, `M-${iccid}`);
    expect(await sessions()).toBe(before);
    await downloads.authenticate(begun);
    expect(await downloads.sessionOf(begun.transactionId)).toMatchObject({
      state: 'AUTHENTICATED',
      eid: downloads.euicc.eid,
      iccid,
      createdAt: downloads.test.time.now,
    });
  });

  it('take an answer to their challenge once, of any number at the same time', async () => {
    const iccid = await downloads.prepare();
    const begun = await downloads.initiate(downloads.euicc, `M-${iccid}`);
    const answers = Array.from({ length: 5 }, () => codesOf(downloads.authenticate(begun)));
    expect((await Promise.all(answers)).sort()).toEqual([...Array(4).fill('8.10.1/3.9'), 'accepted']);
    expect(await codesOf(downloads.authenticate(begun))).toBe('8.10.1/3.9');
    expect(await downloads.profile(iccid)).toMatchObject({ downloadTriesLeft: 9 });
  });

  it('are over when nothing waits for the eUICC, even if something does later', async () => {
    const begun = await downloads.initiate(downloads.euicc, 'COMES-LATER');
    expect(await codesOf(downloads.authenticate(begun))).toBe('8.2.6/3.8');
    await downloads.prepare({ matchingId: 'COMES-LATER' });
    expect(await codesOf(downloads.authenticate(begun))).toBe('8.10.1/3.9');
  });

  it('are over when their time is', async () => {
    const iccid = await downloads.prepare();
    const [first, second] = [
      await downloads.initiate(downloads.euicc, `M-${iccid}`),
      await downloads.initiate(downloads.euicc, `M-${iccid}`),
    ];
    downloads.later(599_999);
    expect(await codesOf(downloads.authenticate(first))).toBe('accepted');
    downloads.later(1);
    expect(await codesOf(downloads.authenticate(second))).toBe('8.10.1/3.9');
  });

  it('go on from where another replica took them, which a third one knows nothing of', async () => {
    const iccid = await downloads.prepare({ matchingId: 'ONE-TRY' });
    const offer = await downloads.begin(downloads.euicc, 'ONE-TRY');
    const { transactionId, response } = offer;
    const behind = { ...downloads.test.context, sessions: new SessionMemory() };
    await downloads.test.context.prisma.profile.update({ where: { iccid }, data: { downloadTriesLeft: 0 } });
    expect(
      await codesOf(
        authenticateClient(behind, downloads.smDpPlus, { transactionId, authenticateServerResponse: response }),
      ),
    ).toBe('8.10.1/3.9');
    expect(await downloads.sessionOf(transactionId)).toMatchObject({ state: 'AUTHENTICATED' });
    expect((await downloads.deliver(offer)).length).toBeGreaterThan(1_000);
  });

  it('take four statements, and six where no step is served by the process of the one before', async () => {
    const iccid = await downloads.prepare();
    const { pool } = downloads.test.context.database;
    let statements = 0;
    const count = () => {
      statements += 1;
    };
    pool.on('acquire', count);
    const offer = await downloads.begin(downloads.euicc, `M-${iccid}`);
    await downloads.deliver(offer);
    await downloads.report(downloads.resultOf(offer, iccid));
    pool.off('acquire', count);
    expect(statements).toBe(remembers ? 4 : 6);
  });

  it('erase what a session holds of its binding when it ends', async () => {
    const iccid = await downloads.prepare();
    const offer = await downloads.begin(downloads.euicc, `M-${iccid}`);
    await downloads.deliver(offer);
    expect((await downloads.sessionOf(offer.transactionId)).boundHead).not.toBeNull();
    await downloads.report(downloads.resultOf(offer, iccid));
    expect(await downloads.sessionOf(offer.transactionId)).toMatchObject({
      state: 'ENDED',
      boundHead: null,
      euiccOtpk: null,
    });
    expect(await codesOf(downloads.deliver(offer))).toBe('8.10.1/3.9');
  });

  it('give the same octets to the same key, also at once, and bind anew to another', async () => {
    const iccid = await downloads.prepare();
    const offer = await downloads.begin(downloads.euicc, `M-${iccid}`);
    const key = newOneTimeKey();
    const [first, ...again] = await Promise.all([
      downloads.deliver(offer, key),
      downloads.deliver(offer, key),
      downloads.deliver(offer, key),
    ]);
    for (const octets of again) expect(octets.equals(first ?? Buffer.alloc(0))).toBe(true);
    expect((await downloads.deliver(offer, key)).equals(first ?? Buffer.alloc(0))).toBe(true);
    expect((await downloads.deliver(offer)).equals(first ?? Buffer.alloc(0))).toBe(false);
    expect(await downloads.test.context.prisma.downloadProgress.count({ where: { iccid, point: 3 } })).toBe(2);
  });

  it('name the key of an earlier try to the same eUICC', async () => {
    const iccid = await downloads.prepare();
    const key = newOneTimeKey();
    await downloads.deliver(await downloads.begin(downloads.euicc, `M-${iccid}`), key);
    const { answer } = await downloads.begin(downloads.euicc, `M-${iccid}`);
    expect(Buffer.from(SmdpSigned2.decode(answer.smdpSigned2).bppEuiccOtpk ?? [])).toEqual(Buffer.from(key.publicKey));
  });

  it.each(Object.entries(CancelSessionReason))('are over or wait after the reason %s', async (name, reason) => {
    const iccid = await downloads.prepare();
    const offer = await downloads.begin(downloads.euicc, `M-${iccid}`);
    const cancelled = () => downloads.cancel(offer, reason);
    await cancelled();
    expect(await codesOf(cancelled())).toBe('8.10.1/3.9');
    expect(await codesOf(downloads.deliver(offer))).toBe('8.10.1/3.9');
    const waits = name === 'postponed' || name === 'timeout';
    expect(await downloads.profile(iccid)).toMatchObject(
      waits ? { state: 'RELEASED', errorReason: null } : { state: 'ERROR', errorReason: 'CANCELLED_BY_EUICC' },
    );
    expect(await codesOf(downloads.begin(downloads.euicc, `M-${iccid}`))).toBe(waits ? 'accepted' : '8.2.6/3.8');
  });

  it('end with the error that the eUICC reports for its part', async () => {
    const iccid = await downloads.prepare();
    const offer = await downloads.begin(downloads.euicc, `M-${iccid}`);
    const response = Buffer.from(downloadError(offer.transactionId, 'invalidSignature'));
    const { transactionId } = offer;
    const refused = () =>
      getBoundProfilePackage(downloads.replica(), downloads.smDpPlus, {
        transactionId,
        prepareDownloadResponse: response,
      });
    expect(await codesOf(refused())).toBe('8.1/6.1');
    expect(await codesOf(downloads.deliver(offer))).toBe('8.10.1/3.9');
    expect(
      await downloads.test.context.prisma.downloadProgress.findFirst({ where: { iccid, point: 3 } }),
    ).toMatchObject({
      message: 'ES10b.PrepareDownload: downloadErrorCode 2',
    });
  });

  it('lose their sessions with an order that the operator cancels', async () => {
    const iccid = await downloads.prepare();
    const offer = await downloads.begin(downloads.euicc, `M-${iccid}`);
    await cancelOrder(downloads.test.context, {
      iccid,
      eid: '',
      matchingId: '',
      finalProfileStatusIndicator: FinalProfileStatusIndicator.AVAILABLE,
    });
    expect(await codesOf(downloads.deliver(offer))).toBe('8.10.1/3.9');
    expect(await downloads.profile(iccid)).toMatchObject({ state: 'AVAILABLE', eid: null });
  });
});
