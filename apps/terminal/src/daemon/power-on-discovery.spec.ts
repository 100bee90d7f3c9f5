import { DiscoverySource, DiscoveryState, type OfferedProfile } from '@tegata/contracts/terminal-v1';
import { RspRefusal } from '@tegata/rsp';
import { refusal, ServiceError } from '@tegata/service-kit';
import { type DiscoveryAnswer, PowerOnDiscovery } from './power-on-discovery.ts';

const smds = 'smds.example';
const smdp = 'smdp.example';
const profile: OfferedProfile = {
  iccid: '8981001234567890125',
  serviceProviderName: 'Aozora',
  profileName: 'Aozora Mobile',
  profileClass: 3,
  policyRules: [],
  iconType: '',
  icon: Buffer.alloc(0),
  smdpAddress: smdp,
  policyRulesToConsent: [],
};
const event = { eventId: 'E-1', rspServerAddress: smdp };

/** Servers whose answers are told, and a clock that runs only when something waits for it. */
function arrange(defaultDpAddress?: string) {
  let time = 0;
  const answers = new Map<string, DiscoveryAnswer | Error>([
    [smds, { events: [], profile: undefined }],
    [smdp, { events: [], profile }],
  ]);
  const asked: (readonly [string, number])[] = [];
  const waiting: { readonly ms: number; readonly goOn: () => void }[] = [];
  const rests: (() => void)[] = [];
  const begin = () =>
    new PowerOnDiscovery({
      addresses: async () => ({ rootDsAddress: smds, defaultDpAddress }),
      ask: async (_source, address) => {
        asked.push([address, time]);
        const answer = answers.get(address);
        if (answer === undefined) return new Promise(() => {});
        if (answer instanceof Error) throw answer;
        return answer;
      },
      wait: (ms, signal) =>
        new Promise((resolve, reject) => {
          const stopped = () => reject(signal.reason);
          signal.addEventListener('abort', stopped, { once: true });
          const goOn = () => {
            signal.removeEventListener('abort', stopped);
            resolve();
          };
          waiting.push({ ms, goOn });
          rests.shift()?.();
        }),
      now: () => new Date(time),
      random: () => 1,
      logger: { info: () => {}, warn: () => {} },
    });
  /** Until something waits again. */
  const untilWaiting = () =>
    new Promise<void>((resolve) => {
      if (waiting.length > 0) resolve();
      else rests.push(resolve);
    });
  const pass = async () => {
    const next = waiting.shift();
    time += next?.ms ?? 0;
    next?.goOn();
    await settled();
  };
  return { answers, asked, begin, untilWaiting, pass };
}

/** A refusal of SGP.22 as the port has it. */
function refusedBy(reason: RspRefusal['code']): ServiceError {
  const { subjectCode, reasonCode, message } = new RspRefusal(reason);
  return new ServiceError({ status: 'FAILED_PRECONDITION', reason, message, metadata: { subjectCode, reasonCode } });
}

/** All promises that are due have been carried out. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a terminal that was switched on', () => {
  it('asks SM-DS and default SM-DP+ once, and tells what waits', async () => {
    const { answers, asked, begin } = arrange(smdp);
    answers.set(smds, { events: [event], profile: undefined });
    const discovery = begin();
    await settled();
    expect(discovery.results).toMatchObject([
      { source: DiscoverySource.ROOT_SMDS, address: smds, state: DiscoveryState.ANSWERED, events: [event] },
      { source: DiscoverySource.DEFAULT_SMDP, address: smdp, state: DiscoveryState.ANSWERED, profile },
    ]);
    expect(asked).toEqual([
      [smds, 0],
      [smdp, 0],
    ]);
    await discovery.stop();
  });

  it('asks no SM-DP+ where the eUICC has no default one', async () => {
    const { asked, begin } = arrange();
    const discovery = begin();
    await settled();
    expect(asked).toEqual([[smds, 0]]);
    await discovery.stop();
  });

  it.each(['EID_REFUSED', 'MATCHING_ID_REFUSED'] as const)(
    'hears from an SM-DP+ that answers %s that nothing waits',
    async (code) => {
      const { answers, begin } = arrange(smdp);
      answers.set(smdp, refusedBy(code));
      const discovery = begin();
      await settled();
      expect(discovery.results[1]).toMatchObject({ state: DiscoveryState.ANSWERED, profile: undefined, error: '' });
      await discovery.stop();
    },
  );

  it('asks a server that is away ever more seldom, at most a quarter of an hour apart, until it answers', async () => {
    const { answers, asked, begin, untilWaiting, pass } = arrange();
    answers.set(smds, refusal('SERVER_UNREACHABLE'));
    const discovery = begin();
    await untilWaiting();
    expect(discovery.results).toMatchObject([{ state: DiscoveryState.ASKING, error: expect.stringMatching(/./) }]);
    for (let times = 0; times < 12; times++) await pass();
    const waits = asked.map(([, time], index) => time - (asked[index - 1]?.[1] ?? 0)).slice(1);
    expect(waits.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000]);
    expect(waits.at(-1)).toBe(900_000);
    answers.set(smds, { events: [event], profile: undefined });
    await pass();
    expect(discovery.results).toMatchObject([{ state: DiscoveryState.ANSWERED, events: [event], error: '' }]);
    await discovery.stop();
  });

  it('leaves a server alone that refuses, and says why', async () => {
    const { answers, asked, begin } = arrange(smdp);
    answers.set(smdp, refusedBy('EUICC_CERTIFICATE_INVALID'));
    const discovery = begin();
    await settled();
    expect(discovery.results[1]).toMatchObject({ state: DiscoveryState.REFUSED, error: expect.stringMatching(/./) });
    expect(asked.filter(([address]) => address === smdp)).toHaveLength(1);
    await discovery.stop();
  });

  it('stops at once, even while a server is silent or another session has the eUICC', async () => {
    const { answers, begin } = arrange();
    answers.delete(smds);
    const discovery = begin();
    await settled();
    await discovery.stop();
    expect(discovery.results).toMatchObject([{ state: DiscoveryState.ASKING }]);
  });
});
