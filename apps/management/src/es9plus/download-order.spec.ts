import { confirmationCodeHash } from '@tegata/rsp';
import { eid } from '@tegata/x509/testing';
import { codesOf, Downloads, newOneTimeKey, otherEid } from '../testing/downloads.ts';

describe.each([
  { servedBy: 'one process', remembers: true },
  { servedBy: 'another replica at each step', remembers: false },
])('orders that eUICCs download, served by $servedBy', ({ remembers }) => {
  let downloads: Downloads;
  beforeAll(async () => {
    downloads = await Downloads.create(remembers);
  });
  afterAll(() => downloads.close());

  it('let one of two eUICCs that race for an order have it', async () => {
    for (let round = 0; round < 5; round++) {
      const iccid = await downloads.prepare();
      const racers = await Promise.all(
        [downloads.euicc, downloads.other, downloads.euicc, downloads.other].map((card) =>
          codesOf(downloads.begin(card, `M-${iccid}`)),
        ),
      );
      expect([...racers].sort()).toEqual(['8.1.1/3.8', '8.1.1/3.8', 'accepted', 'accepted']);
      expect((await downloads.profile(iccid)).eid).toBe(racers[0] === 'accepted' ? eid : otherEid);
    }
  });

  it('count wrong confirmation codes on the order, across sessions and however many come at once', async () => {
    const iccid = await downloads.prepare({ confirmationCode: '1234', confirmationTries: 3 });
    const [one, two] = [
      await downloads.begin(downloads.euicc, `M-${iccid}`),
      await downloads.begin(downloads.euicc, `M-${iccid}`),
    ];
    expect(await codesOf(downloads.deliver(one))).toBe('8.2.7/2.2');
    expect(await codesOf(downloads.deliver(one, newOneTimeKey(), '0000'))).toBe('8.2.7/3.8');
    expect(await codesOf(downloads.deliver(two, newOneTimeKey(), '1234'))).toBe('accepted');
    expect((await downloads.profile(iccid)).confirmationTriesLeft).toBe(2);
    const guesses = Array.from({ length: 20 }, (_, guess) =>
      codesOf(downloads.deliver(two, newOneTimeKey(), `guess ${guess}`)),
    );
    const answers = await Promise.all(guesses);
    expect(answers.filter((answer) => answer === '8.2.7/3.8')).toHaveLength(1);
    expect(answers).not.toContain('accepted');
    expect(await downloads.profile(iccid)).toMatchObject({
      state: 'ERROR',
      errorReason: 'CONFIRMATION_TRIES_EXHAUSTED',
    });
    expect(await codesOf(downloads.deliver(two, newOneTimeKey(), '1234'))).toBe('8.2.7/6.4');
    expect(await codesOf(downloads.begin(downloads.euicc, `M-${iccid}`))).toBe('8.8.5/6.4');
  });

  it('have their confirmation codes in no table as what can be tried, and take those that an earlier version stored', async () => {
    const { prisma } = downloads.test.context;
    const order = () => downloads.prepare({ confirmationCode: '1234' });
    const [iccid, earlier] = [await order(), await order()];
    const hash = Buffer.from(confirmationCodeHash('1234'));
    const stored = Buffer.from((await downloads.profile(iccid)).confirmationCodeHash ?? []);
    expect([stored.length > hash.length, stored.includes(hash)]).toEqual([true, false]);
    await prisma.profile.update({ where: { iccid: earlier }, data: { confirmationCodeHash: new Uint8Array(hash) } });
    for (const each of [iccid, earlier]) {
      const begun = await downloads.begin(downloads.euicc, `M-${each}`);
      expect(await codesOf(downloads.deliver(begun, newOneTimeKey(), '1235'))).toBe('8.2.7/3.8');
      expect(await codesOf(downloads.deliver(begun, newOneTimeKey(), '1234'))).toBe('accepted');
    }
    // Nor does the hash of one order open another's.
    await prisma.profile.update({ where: { iccid: earlier }, data: { confirmationCodeHash: new Uint8Array(stored) } });
    const begun = await downloads.begin(downloads.euicc, `M-${earlier}`);
    await expect(downloads.deliver(begun, newOneTimeKey(), '1234')).rejects.toMatchObject({ code: 'TAMPERED' });
  });

  it('end after as many tries as the order allows', async () => {
    const iccid = await downloads.prepare({ downloadTries: 2 });
    const answers: string[] = [];
    for (let n = 0; n < 4; n++) answers.push(await codesOf(downloads.begin(downloads.euicc, `M-${iccid}`)));
    expect(answers).toEqual(['accepted', 'accepted', '8.8.5/6.4', '8.8.5/6.4']);
    expect(await downloads.profile(iccid)).toMatchObject({ state: 'ERROR', errorReason: 'DOWNLOAD_TRIES_EXHAUSTED' });
  });

  it('end when the time of the order has come, but a package that is on its way may still arrive', async () => {
    const expiresAt = new Date(downloads.test.time.now.getTime() + 60_000);
    const [late, onItsWay] = [await downloads.prepare({ expiresAt }), await downloads.prepare({ expiresAt })];
    const offer = await downloads.begin(downloads.euicc, `M-${onItsWay}`);
    await downloads.deliver(offer);
    downloads.test.time.now = new Date(expiresAt.getTime() + 1);
    expect(await codesOf(downloads.begin(downloads.euicc, `M-${late}`))).toBe('8.8.5/4.10');
    expect(await downloads.profile(late)).toMatchObject({ state: 'ERROR', errorReason: 'EXPIRED' });
    expect(await codesOf(downloads.begin(downloads.euicc, `M-${onItsWay}`))).toBe('8.8.5/4.10');
    await downloads.report(downloads.resultOf(offer, onItsWay));
    expect(await downloads.profile(onItsWay)).toMatchObject({ state: 'INSTALLED', errorReason: null });
  });

  it('serve default orders by EID, oldest first, each until it is installed', async () => {
    const stock = [1, 2, 3].map(() => downloads.prepare({ matchingId: null, eid }));
    const iccids: string[] = [];
    for (const each of stock) iccids.push(await each);
    const ordered = await downloads.test.context.prisma.profile.findMany({
      where: { iccid: { in: iccids } },
      orderBy: [{ orderedAt: 'asc' }, { iccid: 'asc' }],
    });
    expect(await codesOf(downloads.begin(downloads.other, ''))).toBe('8.1.1/3.8');
    for (const { iccid } of ordered) {
      for (const _ of ['first try', 'second try']) {
        const offer = await downloads.begin(downloads.euicc, '');
        expect((await downloads.sessionOf(offer.transactionId)).iccid).toBe(iccid);
      }
      const offer = await downloads.begin(downloads.euicc, '');
      await downloads.deliver(offer);
      await downloads.report(downloads.resultOf(offer, iccid));
    }
    expect(await codesOf(downloads.begin(downloads.euicc, ''))).toBe('8.2.6/3.8');
  });

  it('refuse what does not fit the eUICC before a try is counted', async () => {
    const iccid = await downloads.prepare();
    expect(await codesOf(downloads.begin(downloads.euicc, `M-${iccid}`, 100))).toBe('8.1/4.8');
    await downloads.test.context.prisma.profile.update({ where: { iccid }, data: { policyRules: 4 } });
    expect(await codesOf(downloads.begin(downloads.euicc, `M-${iccid}`))).toBe('8.2.5/4.3');
    expect(await downloads.profile(iccid)).toMatchObject({ state: 'RELEASED', eid: null, downloadTriesLeft: 10 });
  });

  it('refuse an order that is held back, and the eUICC of another EID', async () => {
    const held = await downloads.prepare({ release: false });
    expect(await codesOf(downloads.begin(downloads.euicc, `M-${held}`))).toBe('8.2/1.2');
    const bound = await downloads.prepare({ eid: otherEid });
    expect(await codesOf(downloads.begin(downloads.euicc, `M-${bound}`))).toBe('8.1.1/3.8');
  });
});
