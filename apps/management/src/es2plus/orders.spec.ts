import { FinalProfileStatusIndicator } from '@tegata/contracts/gsma-rsp-v2';
import { RspRefusal } from '@tegata/rsp';
import type { CallContext } from '@tegata/service-kit';
import { storeStock } from '../testing/stock.ts';
import { createTestContext, sampleSet, smdsAddress, type TestContext } from '../testing/test-context.ts';
import { cancelOrder } from './cancel-order.ts';
import { confirmOrder, confirmReserved } from './confirm-order.ts';
import { downloadOrder } from './download-order.ts';
import { es2plus } from './es2plus.ts';
import { releaseProfile } from './release-profile.ts';
import { settleEvents } from './smds-events.ts';

const eid = '89049032123451234512345678901235';
const otherEid = '89049032000000000000000000000016';

const plain = {
  eid: '',
  matchingId: '',
  confirmationCode: '',
  smdsAddress: '',
  releaseFlag: false,
  defaultOrder: false,
};

describe('ES2+', () => {
  let test: TestContext;
  beforeAll(async () => {
    test = await createTestContext();
  });
  afterAll(() => test.close());

  const order = (iccid: string, forEid = '') =>
    downloadOrder(test.context, { eid: forEid, profile: { $case: 'iccid', value: iccid } });
  const confirm = (iccid: string, more: Partial<typeof plain> = {}) =>
    confirmOrder(test.context, { ...plain, iccid, ...more });
  const cancel = (iccid: string, more: { eid?: string; matchingId?: string } = {}) =>
    cancelOrder(test.context, {
      iccid,
      eid: more.eid ?? '',
      matchingId: more.matchingId ?? '',
      finalProfileStatusIndicator: FinalProfileStatusIndicator.AVAILABLE,
    });
  const profile = (iccid: string) => test.context.prisma.profile.findUniqueOrThrow({ where: { iccid } });

  /** Subject and reason code of what is refused. */
  async function codesOf(work: Promise<unknown>): Promise<string> {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof RspRefusal)) throw error ?? new Error('not refused');
    return `${error.subjectCode}/${error.reasonCode}`;
  }

  it('takes a profile from stock to release, and back when the order is cancelled', async () => {
    const [iccid] = await storeStock(test.context, 1);
    await order(iccid);
    expect(await profile(iccid)).toMatchObject({ state: 'ALLOCATED', eid: null });
    expect(await confirm(iccid, { matchingId: 'ANY id, of any: characters/%' })).toEqual({
      eid: '',
      matchingId: 'ANY id, of any: characters/%',
      smdpAddress: test.context.carrier.address,
    });
    expect(await profile(iccid)).toMatchObject({ state: 'CONFIRMED', matchingId: 'ANY id, of any: characters/%' });
    await releaseProfile(test.context, { iccid });
    expect(await profile(iccid)).toMatchObject({ state: 'RELEASED' });
    await cancel(iccid, { matchingId: 'ANY id, of any: characters/%' });
    expect(await profile(iccid)).toMatchObject({ state: 'AVAILABLE', matchingId: null, orderedAt: null });
    expect(await order(iccid, eid)).toEqual({ iccid });
    expect(await profile(iccid)).toMatchObject({ state: 'LINKED', eid });
  });

  it('makes an order that is confirmed at the listener of a set one of that set', async () => {
    const [ofSet, own] = await storeStock(test.context, 2);
    for (const iccid of [ofSet, own]) await order(iccid);
    const at = (listener: string, iccid: string) =>
      es2plus(test.context).confirmOrder({ ...plain, iccid }, { listener } as CallContext);
    expect(await at(sampleSet.name, ofSet)).toMatchObject({ smdpAddress: sampleSet.address });
    expect(await profile(ofSet)).toMatchObject({ listenerSet: sampleSet.name });
    expect(await at('a listener of no set', own)).toMatchObject({ smdpAddress: test.context.carrier.address });
    expect(await profile(own)).toMatchObject({ listenerSet: null });
  });

  it('gives a name to one of two orders that want it at once, as matching id and as event id', async () => {
    const rounds = 6;
    const stock = await storeStock(test.context, 2 * rounds);
    const reserved = (iccid: string, names: { matchingId: string | null; eventId: string | null }) =>
      confirmReserved(test.context.database, test.context.vault, {
        iccid,
        eid,
        confirmationCode: '',
        smdsAddress,
        release: true,
        ...names,
      });
    for (let round = 0; round < rounds; round++) {
      const [one = '', two = ''] = stock.slice(2 * round);
      await Promise.all([order(one, eid), order(two, eid)]);
      const name = `WANTED-${round}`;
      const wish = { matchingId: null, eventId: name };
      const settled = await Promise.allSettled([
        reserved(one, { matchingId: name, eventId: null }),
        // A default order, or one with a matching id of its own.
        reserved(two, round % 2 ? wish : { matchingId: `OTHER-${round}`, eventId: name }),
      ]);
      const answers = await Promise.all(
        settled.map((each) => (each.status === 'fulfilled' ? 'ok' : codesOf(Promise.reject(each.reason)))),
      );
      expect(answers.sort()).toEqual(['8.2.6/3.3', 'ok']);
    }
  });

  it('lets a name be used again when its order is cancelled', async () => {
    const [one, two] = await storeStock(test.context, 2);
    await Promise.all([order(one, eid), order(two, eid)]);
    await confirm(one, { matchingId: 'AGAIN' });
    await cancel(one, { eid, matchingId: 'AGAIN' });
    await confirm(two, { matchingId: 'AGAIN' });
    const names = await test.context.prisma.downloadName.findMany({ where: { name: 'AGAIN' } });
    expect(names).toEqual([{ name: 'AGAIN', iccid: two }]);
  });

  it('answers with the codes of SGP.22 what it can not do', async () => {
    const [iccid, other] = await storeStock(test.context, 2);
    const unknown = '8900000000000000000';
    expect(await codesOf(order(unknown))).toBe('8.2.1/3.9');
    expect(await codesOf(confirm(unknown))).toBe('8.2.1/3.9');
    expect(await codesOf(releaseProfile(test.context, { iccid: unknown }))).toBe('8.2.1/3.9');
    expect(await codesOf(cancel(unknown))).toBe('8.2.1/3.9');
    expect(
      await codesOf(downloadOrder(test.context, { eid, profile: { $case: 'profileType', value: 'none such' } })),
    ).toBe('8.2.5/3.9');
    expect(await codesOf(confirm(iccid))).toBe('8.2.1/1.2');
    expect(await codesOf(cancel(iccid))).toBe('8.2.1/1.2');
    expect(await codesOf(releaseProfile(test.context, { iccid }))).toBe('8.2.1/3.5');
    await order(iccid, eid);
    expect(await codesOf(order(iccid))).toBe('8.2.1/3.3');
    expect(await codesOf(confirm(iccid, { eid: otherEid }))).toBe('8.1.1/3.10');
    expect(await codesOf(confirm(iccid, { smdsAddress: 'smds.elsewhere.example' }))).toBe('8.9/5.1');
    expect(await codesOf(cancel(iccid, { eid: otherEid }))).toBe('8.2.1/3.10');
    await confirm(iccid, { matchingId: 'TAKEN' });
    await order(other);
    expect(await codesOf(confirm(other, { matchingId: 'TAKEN' }))).toBe('8.2.6/3.3');
    expect(await codesOf(confirm(other, { defaultOrder: true }))).toBe('8.1.1/2.2');
    expect(await codesOf(confirm(other, { smdsAddress }))).toBe('8.1.1/2.2');
    expect(await codesOf(confirm(other, { defaultOrder: true, matchingId: 'A', eid }))).toBe('1.6/2.1');
    expect(await profile(other)).toMatchObject({ state: 'ALLOCATED', eid: null, matchingId: null });
  });

  it('gives a profile of a type to one order only, however many ask at once, oldest first', async () => {
    const profileType = 'a type of its own';
    const stock = await storeStock(test.context, 5, { profileType });
    const asked = await Promise.allSettled(
      Array.from({ length: 12 }, () =>
        downloadOrder(test.context, { eid: '', profile: { $case: 'profileType', value: profileType } }),
      ),
    );
    const given = asked.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.iccid] : []));
    const refused = asked.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
    expect(given.sort()).toEqual([...stock].sort());
    expect(refused).toEqual(Array(7).fill('PROFILE_TYPE_EXHAUSTED'));
  });

  it('lets one of several confirmations at once win', async () => {
    const [iccid] = await storeStock(test.context, 1);
    await order(iccid);
    const outcomes = await Promise.allSettled(
      ['A1', 'B2', 'C3', 'D4'].map((matchingId) => confirm(iccid, { matchingId })),
    );
    const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.matchingId] : []));
    expect(won).toHaveLength(1);
    expect(await profile(iccid)).toMatchObject({ state: 'CONFIRMED', matchingId: won[0] });
  });

  it('registers the event of a released order and takes it back when the order is cancelled', async () => {
    const [iccid] = await storeStock(test.context, 1);
    await order(iccid, eid);
    const { matchingId } = await confirm(iccid, { smdsAddress });
    expect(test.smds.events.has(matchingId)).toBe(false);
    await releaseProfile(test.context, { iccid });
    expect(test.smds.events.get(matchingId)).toBe(eid);
    await cancel(iccid);
    expect(test.smds.events.has(matchingId)).toBe(false);
    expect(await test.context.prisma.smdsEvent.count({ where: { iccid } })).toBe(0);
  });

  it('keeps what the SM-DS is to know while the SM-DS can not be reached, and tells it later', async () => {
    const [iccid] = await storeStock(test.context, 1);
    test.smds.reachable = false;
    await order(iccid, eid);
    const { matchingId } = await confirm(iccid, { smdsAddress, releaseFlag: true });
    expect(await profile(iccid)).toMatchObject({ state: 'RELEASED' });
    test.smds.reachable = true;
    await settleEvents(test.context);
    // Not before its pause is over.
    expect(test.smds.events.has(matchingId)).toBe(false);
    test.time.now = new Date(test.time.now.getTime() + 60_000);
    await settleEvents(test.context);
    expect(test.smds.events.get(matchingId)).toBe(eid);

    test.smds.reachable = false;
    await cancel(iccid);
    expect(test.smds.events.has(matchingId)).toBe(true);
    test.smds.reachable = true;
    test.time.now = new Date(test.time.now.getTime() + 60_000);
    await settleEvents(test.context);
    expect(test.smds.events.has(matchingId)).toBe(false);
  });
});
