import { FinalProfileStatusIndicator } from '@tegata/contracts/gsma-rsp-v2';
import { storeStock } from '../testing/stock.ts';
import { createTestContext, EventKeeper, smdsAddress, type TestContext } from '../testing/test-context.ts';
import { cancelOrder } from './cancel-order.ts';
import { confirmOrder } from './confirm-order.ts';
import { downloadOrder } from './download-order.ts';
import { settleAllEvents, settleEvents, settleEventsSoon } from './smds-events.ts';

const eid = '89049032123451234512345678901235';
const otherEid = '89049032000000000000000000000016';
const elsewhere = 'smds.elsewhere.example';

describe('events of several SM-DSs', () => {
  const other = new EventKeeper();
  const own = new EventKeeper();
  let test: TestContext;
  let stock: string[];

  beforeAll(async () => {
    const servers = { [smdsAddress]: own, [elsewhere]: other };
    test = await createTestContext({
      smDsServers: Object.entries(servers).map(([address, es12]) => ({ address, es12, forwardingIndicator: false })),
    });
    stock = await storeStock(test.context, 20);
  });
  afterAll(() => test.close());
  afterEach(() => {
    own.reachable = other.reachable = true;
  });

  async function order(matchingId: string, at: string, more: { iccid?: string; eid?: string } = {}): Promise<string> {
    const iccid = more.iccid ?? stock.pop() ?? '';
    const forEid = more.eid ?? eid;
    await downloadOrder(test.context, { eid: forEid, profile: { $case: 'iccid', value: iccid } });
    const plain = { eid: '', confirmationCode: '', defaultOrder: false, releaseFlag: true };
    await confirmOrder(test.context, { ...plain, iccid, matchingId, smdsAddress: at });
    return iccid;
  }
  const cancel = (iccid: string) =>
    cancelOrder(test.context, {
      iccid,
      eid: '',
      matchingId: '',
      finalProfileStatusIndicator: FinalProfileStatusIndicator.AVAILABLE,
    });
  /** Upkeep, when every pause is over. */
  async function later() {
    test.time.now = new Date(test.time.now.getTime() + 60 * 60_000);
    await settleEvents(test.context);
  }
  const waiting = () => test.context.prisma.smdsEvent.count({ where: { settled: false } });

  it('are registered at the one that the order names, however it is written, and at no other', async () => {
    const iccid = await order('HERE', 'SMDS.Elsewhere.example.');
    expect([own.events.has('HERE'), other.events.get('HERE')]).toEqual([false, eid]);
    await cancel(iccid);
    expect(other.events.has('HERE')).toBe(false);
  });

  it('are refused at one that is not configured', async () => {
    await expect(order('NOWHERE', 'smds.nowhere.example')).rejects.toMatchObject({
      subjectCode: '8.9',
      reasonCode: '5.1',
    });
  });

  it('of one wait for no other that can not be reached, which is asked once in a round', async () => {
    own.reachable = other.reachable = false;
    for (const name of ['A', 'B', 'C']) await order(`AT-OTHER-${name}`, elsewhere);
    await order('AT-OWN', smdsAddress);
    own.reachable = true;
    const before = other.calls;
    await later();
    expect([own.events.has('AT-OWN'), other.calls - before]).toEqual([true, 1]);
    other.reachable = true;
    await later();
    expect([...other.events.keys()]).toEqual(expect.arrayContaining(['AT-OTHER-A', 'AT-OTHER-B', 'AT-OTHER-C']));
    expect(await waiting()).toBe(0);
  });

  it('of one that is asked too often wait for the next round', async () => {
    other.tooOften = true;
    for (const name of ['A', 'B', 'C']) await order(`TOO-OFTEN-${name}`, elsewhere);
    const before = other.calls;
    await later();
    expect(other.calls - before).toBe(1);
    other.tooOften = false;
    await later();
    expect([other.events.has('TOO-OFTEN-C'), await waiting()]).toEqual([true, 0]);
  });

  it('are there in the end when an answer was lost and the repetition is refused', async () => {
    other.answersToLose = 1;
    await order('TWICE', elsewhere);
    expect([other.events.get('TWICE'), await waiting()]).toEqual([eid, 1]);
    await later();
    expect([other.events.get('TWICE'), await waiting()]).toEqual([eid, 0]);
  });

  it('of a matching id that is given to another EID replace the old one, once that is deleted', async () => {
    const first = await order('PASSED-ON', elsewhere);
    other.reachable = false;
    await cancel(first);
    await order('PASSED-ON', elsewhere, { eid: otherEid });
    other.reachable = true;
    await later();
    await later();
    expect([other.events.get('PASSED-ON'), await waiting()]).toEqual([otherEid, 0]);
  });

  it('of one that takes calls and never answers keep no LPA waiting', async () => {
    own.reachable = false;
    const iccid = await order('SLOW', smdsAddress);
    test.time.now = new Date(test.time.now.getTime() + 60_000);
    let asked = 0;
    const never = () => {
      asked++;
      return new Promise<never>(() => undefined);
    };
    const silent = {
      address: smdsAddress,
      es12: { registerEvent: never, deleteEvent: never },
      forwardingIndicator: false,
    };
    await settleEventsSoon({ ...test.context, smDsServers: [silent] }, iccid);
    expect([asked, await waiting()]).toEqual([1, 1]);
    own.reachable = true;
    await later();
    expect([own.events.has('SLOW'), await waiting()]).toEqual([true, 0]);
  });

  it('are told no more when the server stops, after the one that is on its way', async () => {
    own.reachable = false;
    for (const name of ['A', 'B', 'C']) await order(`STOPPED-${name}`, smdsAddress);
    test.time.now = new Date(test.time.now.getTime() + 60_000);
    own.reachable = true;
    const stopping = new AbortController();
    const registerEvent: EventKeeper['registerEvent'] = (request) => {
      stopping.abort();
      return own.registerEvent(request);
    };
    const es12 = { registerEvent, deleteEvent: own.deleteEvent.bind(own) };
    const smDsServers = [{ address: smdsAddress, es12, forwardingIndicator: false }];
    await settleAllEvents({ ...test.context, smDsServers }, stopping.signal);
    expect(await waiting()).toBe(2);
    await later();
    expect(await waiting()).toBe(0);
  });

  it('move with an order from one to another', async () => {
    const iccid = await order('MOVED', elsewhere);
    other.reachable = false;
    await cancel(iccid);
    await order('MOVED', smdsAddress, { iccid });
    expect([other.events.has('MOVED'), own.events.has('MOVED')]).toEqual([true, true]);
    other.reachable = true;
    await later();
    expect([other.events.has('MOVED'), own.events.has('MOVED'), await waiting()]).toEqual([false, true, 0]);
  });
});
