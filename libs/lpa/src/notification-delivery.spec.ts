import type { NotificationContents } from './es10.ts';
import { type DeliveryPolicy, deliverNotifications } from './notification-delivery.ts';
import { FakeEuicc } from './testing/fake-euicc.ts';

class Unreachable extends Error {}

const policy: DeliveryPolicy = {
  tries: 3,
  waitBeforeRetry: async () => {},
  mayPass: (error) => error instanceof Unreachable,
};

/** An eUICC with notifications for two carriers, and servers that take them unless told otherwise. */
function arrange(...addresses: string[]) {
  const es10b = new FakeEuicc();
  for (const [index, notificationAddress] of addresses.entries()) {
    const metadata: NotificationContents = {
      seqNumber: index + 1,
      profileManagementOperation: ['enable'],
      notificationAddress,
    };
    es10b.pending.set(index + 1, { metadata, octets: Uint8Array.of(0x30, 1, index + 1) });
  }
  const taken: number[] = [];
  const calls: string[] = [];
  const failing = new Map<string, { times: number; error: Error }>();
  const serverFor = (address: string) => ({
    handleNotification: async ({ pendingNotification }: { pendingNotification: Buffer }) => {
      calls.push(address);
      const failure = failing.get(address);
      if (failure !== undefined && failure.times-- > 0) throw failure.error;
      taken.push(pendingNotification.at(-1) ?? 0);
      return {};
    },
  });
  const deliver = (only?: number) =>
    deliverNotifications({ es10b, serverFor }, policy, ({ seqNumber }) => only === undefined || only === seqNumber);
  return { es10b, taken, calls, failing, deliver };
}

describe('pending notifications', () => {
  it('are delivered oldest first and removed from the eUICC', async () => {
    const { es10b, taken, deliver } = arrange('a.example', 'b.example', 'a.example');
    expect((await deliver()).map(({ delivered }) => delivered)).toEqual([true, true, true]);
    expect(taken).toEqual([1, 2, 3]);
    expect(es10b.pending.size).toBe(0);
  });

  it('can be delivered one by one', async () => {
    const { es10b, taken, deliver } = arrange('a.example', 'a.example');
    await deliver(2);
    expect(taken).toEqual([2]);
    expect([...es10b.pending.keys()]).toEqual([1]);
  });

  it('are delivered in the order of their numbers, whatever order the eUICC lists them in', async () => {
    const { es10b, taken, deliver } = arrange('a.example', 'a.example', 'a.example');
    const [first, ...others] = [...es10b.pending];
    es10b.pending.clear();
    for (const [number, notification] of [...others.reverse(), ...(first ? [first] : [])])
      es10b.pending.set(number, notification);
    await deliver();
    expect(taken).toEqual([1, 2, 3]);
  });

  it('survive a server that fails twice', async () => {
    const { taken, calls, failing, deliver } = arrange('a.example');
    failing.set('a.example', { times: 2, error: new Unreachable() });
    expect(await deliver()).toMatchObject([{ delivered: true }]);
    expect(taken).toEqual([1]);
    expect(calls).toHaveLength(3);
  });

  it('stay in the eUICC while their server is down, which is asked for one of them only', async () => {
    const { es10b, calls, failing, deliver } = arrange('down.example', 'up.example', 'DOWN.example');
    failing.set('down.example', { times: 99, error: new Unreachable() });
    const outcome = await deliver();
    expect(outcome.map(({ delivered }) => delivered)).toEqual([false, true, false]);
    expect(calls).toEqual(['down.example', 'down.example', 'down.example', 'up.example']);
    expect([...es10b.pending.keys()]).toEqual([1, 3]);
  });

  it('that a server refuses are not tried again at once, and do not keep the others back', async () => {
    const { es10b, taken, failing, deliver } = arrange('a.example', 'a.example');
    failing.set('a.example', { times: 1, error: new Error('8.1/6.1') });
    const outcome = await deliver();
    expect(outcome.map(({ delivered }) => delivered)).toEqual([false, true]);
    expect(taken).toEqual([2]);
    expect([...es10b.pending.keys()]).toEqual([1]);
  });
});
