import type { ManufacturedEuicc } from '@tegata/pki';
import { RspRefusal } from '@tegata/rsp';
import { mapRspRefusal, rateLimited, refusal } from '@tegata/service-kit';
import fc from 'fast-check';
import { deleteEvent } from '../es12/delete-event.ts';
import { registerEvent } from '../es12/register-event.ts';
import { Deployment, smDsAddress } from '../testing/deployment.ts';
import { discover, es11Of } from '../testing/lpa.ts';
import { makeSmDs, owners, type TestSmDs } from '../testing/sm-ds.ts';
import { upkeep } from '../upkeep.ts';
import { forwardEvents } from './forward-events.ts';
import { startForwarding } from './forwarding.ts';
import type { RootSmDs, RootSmDsFunctions } from './root-sm-ds.ts';

const [aozora] = owners;
const alternative = { address: smDsAddress, owner: 'relay/alternative' };
const minute = 60_000;

describe('an alternative SM-DS', () => {
  let deployment: Deployment;
  let euicc: ManufacturedEuicc;
  let root: TestSmDs;
  let own: TestSmDs;
  /** What happens to calls to the root SM-DS: passed on, lost on the way, carried out with the answer lost, or one too many. */
  let weather: ('fine' | 'lost' | 'answer lost' | 'too often')[] = [];
  let calls = 0;

  beforeAll(async () => {
    deployment = await Deployment.make();
    euicc = await deployment.euicc();
    root = await makeSmDs(deployment, { eventOwners: [alternative] });
    own = await makeSmDs(deployment, { rootSmDs: { wake: () => undefined } });
  });
  beforeEach(async () => {
    weather = [];
    calls = 0;
    await root.clear();
    await own.clear();
  });
  afterAll(async () => {
    await root.drop();
    await own.drop();
    await deployment.remove();
  });

  const carried = async <T>(work: () => Promise<T>): Promise<T> => {
    calls++;
    const today = weather.shift() ?? 'fine';
    if (today === 'lost') throw refusal('SERVER_UNREACHABLE');
    if (today === 'too often') throw rateLimited(1000);
    const answer = await work().catch((error: unknown) => {
      throw error instanceof RspRefusal ? mapRspRefusal(error) : error;
    });
    if (today === 'answer lost') throw refusal('SERVER_UNREACHABLE');
    return answer;
  };
  /** The root SM-DS over a network of this weather. It takes no second call for the same event, as SGP.22 has it. */
  const functions: RootSmDsFunctions = {
    registerEvent: (request, options) =>
      carried(() => registerEvent(root.context, request, alternative.owner, options?.context?.requestId)),
    deleteEvent: (request) => carried(() => deleteEvent(root.context, request, alternative.owner)),
  };
  const network: RootSmDs = { functions, leadsTo: smDsAddress };
  const register = (eventId: string, forwardingIndicator = true) =>
    registerEvent(
      own.context,
      { eid: euicc.eid, eventId, rspServerAddress: aozora.address, forwardingIndicator },
      aozora.owner,
    );
  const remove = (eventId: string) => deleteEvent(own.context, { eid: euicc.eid, eventId }, aozora.owner);
  const forward = () => forwardEvents(own.context, network);
  const found = ({ context }: TestSmDs, matchingId = '') => discover(euicc, es11Of(context), { matchingId });

  it('tells the root SM-DS that something waits, under an identifier that leads to the event here', async () => {
    await register('A');
    expect(await found(root)).toEqual([]);
    expect(await forward()).toBe(1);
    const [entry = ''] = await found(root);
    const [rootEventId = '', address] = entry.split('@');
    expect([rootEventId, address]).toEqual([expect.stringMatching(/^[0-9A-F]{32}$/), smDsAddress]);
    expect(await found(own, rootEventId)).toEqual([`A@${aozora.address}`]);
    expect(await forward()).toBe(0);
  });

  it('keeps events that are not to be forwarded to itself', async () => {
    await register('A', false);
    expect(await forward()).toBe(0);
    expect(await found(own)).toEqual([`A@${aozora.address}`]);
  });

  it('takes the event back from the root SM-DS when it is deleted or lapses', async () => {
    await register('A');
    await register('B');
    await forward();
    await remove('A');
    await forward();
    expect(await found(root)).toHaveLength(1);
    own.pass(own.context.config.eventLifetimeMs);
    await upkeep(own.context);
    await forward();
    expect(await found(root)).toEqual([]);
    expect(await own.context.prisma.forwarding.count()).toBe(0);
  });

  it('tries again later, and later still, while the root SM-DS does not answer', async () => {
    await register('A');
    weather = ['lost', 'lost', 'lost'];
    const story = [
      { after: 0, calls: 1 },
      { after: 400, calls: 1 },
      { after: 250, calls: 2 },
      { after: 900, calls: 2 },
      { after: 400, calls: 3 },
    ];
    for (const each of story) {
      own.pass(each.after);
      await forward();
      expect(calls).toBe(each.calls);
    }
    own.pass(10 * minute);
    await forward();
    expect(await found(root)).toHaveLength(1);
  });

  it.each(['lost' as const, 'too often' as const])(
    'asks once only while the root SM-DS does not answer (%s), however much waits',
    async (today) => {
      for (const eventId of ['A', 'B', 'C']) await register(eventId);
      weather = [today];
      await forward();
      expect(calls).toBe(1);
    },
  );

  it('does not take an answer that was lost for a failure', async () => {
    await register('A');
    weather = ['answer lost', 'fine', 'answer lost', 'fine'];
    await forward();
    own.pass(10 * minute);
    expect(await forward()).toBe(1);
    expect(await found(root)).toHaveLength(1);
    await remove('A');
    await forward();
    own.pass(10 * minute);
    expect(await forward()).toBe(1);
    expect(await found(root)).toEqual([]);
  });

  it('settles what a killed replica had begun, when its time is over', async () => {
    await register('A');
    // As a process that dies while it waits for the answer leaves it.
    const now = own.context.clock();
    await own.context.database.change('UPDATE forwarding SET leased_until = $1', [new Date(now.getTime() + minute)]);
    expect(await forward()).toBe(0);
    own.pass(minute);
    expect(await forward()).toBe(1);
    expect(await found(root)).toHaveLength(1);
  });

  it('leaves an event to the replica that is telling it for as long as the setting says', async () => {
    const quick = { ...own.context, config: { ...own.context.config, forwardingLeaseMs: 2_000 } };
    await register('A');
    // A replica that dies while it waits for the answer: it never settles.
    const asked = new Promise<number | undefined>((resolve) => {
      const dying = {
        ...functions,
        registerEvent: (_request: unknown, sent?: { timeoutMs?: number }) => {
          resolve(sent?.timeoutMs);
          return new Promise<never>(() => undefined);
        },
      };
      void forwardEvents(quick, { ...network, functions: dying });
    });
    expect(await asked).toBe(1_000);
    own.pass(1_500);
    expect(await forward()).toBe(0);
    own.pass(500);
    expect(await forward()).toBe(1);
    expect(await found(root)).toHaveLength(1);
  });

  it('tells a deletion after the registration that is on its way', async () => {
    await register('A');
    let arrive: () => void = () => undefined;
    const slow: RootSmDsFunctions = {
      ...functions,
      registerEvent: async (...sent) => {
        await new Promise<void>((resolve) => {
          arrive = resolve;
        });
        return functions.registerEvent(...sent);
      },
    };
    const telling = forwardEvents(own.context, { ...network, functions: slow });
    while ((await own.context.prisma.forwarding.count({ where: { attempts: 1 } })) === 0);
    await remove('A');
    expect(await forward()).toBe(0);
    arrive();
    await telling;
    await forward();
    expect(await found(root)).toEqual([]);
    expect(await own.context.prisma.forwarding.count()).toBe(0);
  });

  it('begins at once when it is woken', async () => {
    const forwarding = startForwarding(own.context, network);
    await register('A');
    forwarding.wake();
    while ((await found(root)).length === 0);
    await forwarding.stop();
  });

  it('and its root SM-DS agree in the end, whatever the network did', async () => {
    const step = fc.record({
      kind: fc.constantFrom('register' as const, 'remove' as const, 'forward' as const),
      event: fc.nat(2),
    });
    const days = fc.array(fc.constantFrom('fine' as const, 'lost' as const, 'answer lost' as const), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), days, async (steps, network) => {
        await root.clear();
        await own.clear();
        weather = [...network];
        for (const { kind, event } of steps) {
          if (kind === 'register') await register(`E${event}`);
          if (kind === 'remove') await remove(`E${event}`).catch(() => undefined);
          if (kind === 'forward') await Promise.all([forward(), forward()]);
          own.pass(200);
        }
        weather = [];
        own.pass(10 * minute);
        while ((await forward()) > 0);
        const here = await own.context.prisma.event.findMany({ select: { rootEventId: true } });
        const there = await root.context.prisma.event.findMany({ select: { eventId: true } });
        expect(there.map(({ eventId }) => eventId).sort()).toEqual(here.map(({ rootEventId }) => rootEventId).sort());
      }),
      { numRuns: 40 },
    );
  });
});
