import type { NotificationContents, NotificationDelivery } from '@tegata/lpa';
import { refusal } from '@tegata/service-kit';
import fc from 'fast-check';
import { BackgroundDelivery } from './background-delivery.ts';

const silent = { info: () => {}, warn: () => {} };
const notification = (seqNumber: number, notificationAddress: string): NotificationContents => ({
  seqNumber,
  profileManagementOperation: ['enable'],
  notificationAddress,
});

/** An eUICC with notifications, servers that take them unless told otherwise, and a clock that runs only when something waits for it. */
function arrange(...waiting: NotificationContents[]) {
  let time = 0;
  const failing = new Map<string, Error>();
  const tried: (readonly [number, number])[] = [];
  const taken: number[] = [];
  const rounds: (() => void)[] = [];
  let goOn: () => void = () => {};
  const delivery = new BackgroundDelivery({
    pending: async () => waiting,
    deliver: async (wanted) => {
      const deliveries: NotificationDelivery[] = [];
      const away = new Set<string>();
      for (const one of waiting.filter(wanted)) {
        const { seqNumber, notificationAddress: address } = one;
        const error = failing.get(address) ?? failing.get(`#${seqNumber}`);
        if (!away.has(address)) tried.push([seqNumber, time]);
        if (error === undefined) taken.push(seqNumber);
        else if (failing.has(address)) away.add(address);
        deliveries.push({ notification: one, delivered: error === undefined, error });
      }
      for (const seqNumber of taken) {
        const at = waiting.findIndex((one) => one.seqNumber === seqNumber);
        if (at >= 0) waiting.splice(at, 1);
      }
      return deliveries;
    },
    wait: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        const stopped = () => reject(signal.reason);
        signal.addEventListener('abort', stopped, { once: true });
        goOn = () => {
          signal.removeEventListener('abort', stopped);
          time += milliseconds;
          resolve();
        };
        rounds.shift()?.();
      }),
    now: () => time,
    random: () => 1,
    logger: silent,
  });
  /** Until it waits again, so many times. */
  const rest = async (times = 1) => {
    for (let i = 0; i < times; i++) {
      const next = new Promise<void>((resolve) => rounds.push(resolve));
      goOn();
      await next;
    }
  };
  const first = new Promise<void>((resolve) => rounds.push(resolve));
  return { waiting, failing, tried, taken, rest, first, stop: () => delivery.stop() };
}

describe('notifications of a terminal that is on', () => {
  it('are delivered at power-on, and whenever one comes', async () => {
    const { waiting, taken, rest, first, stop } = arrange(notification(1, 'a.example'));
    await first;
    expect(taken).toEqual([1]);
    waiting.push(notification(2, 'a.example'));
    await rest();
    expect(taken).toEqual([1, 2]);
    await stop();
  });

  it('wait ever longer for a server that is away, up to a quarter of an hour, and then go in their order', async () => {
    const { waiting, failing, tried, taken, rest, first, stop } = arrange(notification(1, 'a.example'));
    failing.set('a.example', refusal('SERVER_UNREACHABLE'));
    await first;
    await rest(1_500);
    const waits = tried.map(([, time], index) => time - (tried[index - 1]?.[1] ?? 0)).slice(1);
    expect(waits.slice(0, 4)).toEqual([6_000, 10_000, 20_000, 40_000]);
    expect(Math.max(...waits)).toBe(900_000);
    waiting.push(notification(2, 'A.example'));
    await rest(5);
    expect(tried.some(([seqNumber]) => seqNumber === 2)).toBe(false);
    failing.clear();
    await rest(450);
    expect(taken).toEqual([1, 2]);
    await stop();
  });

  it('that were refused keep back no others, nor do those of another server', async () => {
    const { failing, waiting, taken, rest, first, stop } = arrange();
    failing.set('#1', new Error('8.1/6.1'));
    failing.set('b.example', refusal('SERVER_UNREACHABLE'));
    waiting.push(notification(1, 'a.example'), notification(2, 'b.example'), notification(3, 'a.example'));
    await first;
    await rest(3);
    expect(taken).toEqual([3]);
    failing.clear();
    await rest(10);
    expect(taken.sort()).toEqual([1, 2, 3]);
    await stop();
  });

  it('are left alone once it stops', async () => {
    const { waiting, tried, first, stop } = arrange();
    await first;
    await stop();
    waiting.push(notification(1, 'a.example'));
    await Promise.resolve();
    expect(tried).toEqual([]);
  });

  it('never get lost or out of order for a server, whatever is down when', async () => {
    const world = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('comes' as const), address: fc.constantFrom('a.example', 'b.example') }),
        fc.record({
          kind: fc.constantFrom('down' as const, 'up' as const),
          address: fc.constantFrom('a.example', 'b.example'),
        }),
        fc.record({ kind: fc.constant('rest' as const), address: fc.constant('') }),
      ),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(world, async (events) => {
        const { waiting, failing, taken, rest, first, stop } = arrange();
        await first;
        const addresses: string[] = [];
        for (const { kind, address } of events) {
          if (kind === 'comes') waiting.push(notification(addresses.push(address), address));
          else if (kind === 'down') failing.set(address, refusal('SERVER_UNREACHABLE'));
          else if (kind === 'up') failing.delete(address);
          else await rest();
        }
        failing.clear();
        await rest(500);
        await stop();
        for (const server of ['a.example', 'b.example']) {
          const its = addresses.flatMap((address, index) => (address === server ? [index + 1] : []));
          expect(taken.filter((seqNumber) => addresses[seqNumber - 1] === server)).toEqual(its);
        }
      }),
      { numRuns: 30 },
    );
  });
});
