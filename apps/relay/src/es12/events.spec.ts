import type { ManufacturedEuicc } from '@tegata/pki';
import { RspRefusal } from '@tegata/rsp';
import fc from 'fast-check';
import type { EventOwner } from '../directory.ts';
import { Deployment } from '../testing/deployment.ts';
import { discover, es11Of } from '../testing/lpa.ts';
import { makeSmDs, owners, type TestSmDs } from '../testing/sm-ds.ts';
import { upkeep } from '../upkeep.ts';
import { deleteEvent } from './delete-event.ts';
import { registerEvent } from './register-event.ts';

const hour = 3_600_000;
const lifetimeMs = 24 * hour;
const [aozora, minato] = owners;

let deployment: Deployment;
let euiccs: readonly [ManufacturedEuicc, ManufacturedEuicc];

beforeAll(async () => {
  deployment = await Deployment.make();
  euiccs = [await deployment.euicc(), await deployment.euicc()];
});
afterAll(() => deployment.remove());

/** An SM-DS as its SM-DP+ and LPAs see it. */
function parties({ context }: TestSmDs) {
  const es11 = es11Of(context);
  const outcome = (work: Promise<unknown>) =>
    work.then(
      () => 'ok',
      (error: unknown) => {
        if (error instanceof RspRefusal) return `${error.subjectCode}/${error.reasonCode}`;
        throw error;
      },
    );
  return {
    register: (eventId: string, more: { eid?: string; by?: EventOwner; call?: string } = {}) => {
      const { eid = euiccs[0].eid, by = aozora, call } = more;
      const request = { eid, eventId, rspServerAddress: by.address, forwardingIndicator: false };
      return outcome(registerEvent(context, request, by.owner, call));
    },
    remove: (eventId: string, { eid = euiccs[0].eid, by = aozora }: { eid?: string; by?: EventOwner } = {}) =>
      outcome(deleteEvent(context, { eid, eventId }, by.owner)),
    discover: (matchingId?: string, euicc = euiccs[0]) =>
      discover(euicc, es11, matchingId === undefined ? {} : { matchingId }),
    countOf: async (owner: string) =>
      (await context.database.query<{ events: number }>('SELECT events FROM event_owner WHERE owner = $1', [owner]))[0]
        ?.events ?? 0,
  };
}

describe('events of an SM-DS', () => {
  let smDs: TestSmDs;
  let party: ReturnType<typeof parties>;

  beforeAll(async () => {
    smDs = await makeSmDs(deployment, {
      env: { TEGATA_EVENT_LIFETIME_MS: `${lifetimeMs}`, TEGATA_EVENTS_PER_EID: '5' },
    });
    party = parties(smDs);
  });
  beforeEach(() => smDs.clear());
  afterAll(() => smDs.drop());

  it('are told to their eUICC oldest first, as often as it asks', async () => {
    for (const eventId of ['C', 'A', 'B']) expect(await party.register(eventId)).toBe('ok');
    const all = ['C', 'A', 'B'].map((eventId) => `${eventId}@${aozora.address}`);
    expect(await party.discover()).toEqual(all);
    expect(await party.discover('')).toEqual(all);
  });

  it('are told one alone to whoever asks for it', async () => {
    await party.register('A');
    await party.register('B');
    expect(await party.discover('B')).toEqual([`B@${aozora.address}`]);
    await expect(party.discover('C')).rejects.toMatchObject({ code: 'EVENT_UNKNOWN' });
    await expect(party.discover('A\0')).rejects.toMatchObject({ code: 'EVENT_UNKNOWN' });
  });

  it('are told to no other eUICC, whatever it asks for', async () => {
    await party.register('A');
    expect(await party.discover('', euiccs[1])).toEqual([]);
    await expect(party.discover('A', euiccs[1])).rejects.toMatchObject({ code: 'EVENT_UNKNOWN' });
  });

  it('have identifiers of their own with each SM-DP+', async () => {
    expect(await party.register('A')).toBe('ok');
    expect(await party.register('A', { by: minato })).toBe('ok');
    expect(await party.discover('A')).toEqual([`A@${aozora.address}`, `A@${minato.address}`]);
    expect(await party.register('A', { eid: euiccs[1].eid })).toBe('8.9.5/3.3');
  });

  it('are deleted by their owner only, and once', async () => {
    await party.register('A');
    expect(await party.remove('A', { by: minato })).toBe('8.9.5/3.9');
    expect(await party.remove('A', { eid: euiccs[1].eid })).toBe('8.9.5/3.9');
    expect(await party.remove('A')).toBe('ok');
    expect(await party.remove('A')).toBe('8.9.5/3.9');
    expect(await party.discover()).toEqual([]);
  });

  it('are registered at the own address of the caller only', async () => {
    const request = { eid: euiccs[0].eid, eventId: 'A', rspServerAddress: minato.address, forwardingIndicator: false };
    await expect(registerEvent(smDs.context, request, aozora.owner)).rejects.toMatchObject({
      reason: 'ADDRESS_NOT_OWN',
    });
    const anyCase = { ...request, rspServerAddress: 'RSP.Aozora.example' };
    await registerEvent(smDs.context, anyCase, aozora.owner);
    expect(await party.discover()).toEqual([`A@${aozora.address}`]);
  });

  it('can be registered again by the same call, by another one only where calls have no identifiers', async () => {
    expect(await party.register('A', { call: 'call-1' })).toBe('ok');
    expect(await party.register('A', { call: 'call-1' })).toBe('ok');
    expect(await party.register('A', { call: 'call-2' })).toBe('8.9.5/3.3');
    expect(await party.register('A')).toBe('ok');
    expect(await party.register('A', { call: 'call-1', eid: euiccs[1].eid })).toBe('8.9.5/3.3');
    expect(await party.discover()).toHaveLength(1);
  });

  it('lapse, are removed then, and leave their identifier free', async () => {
    await party.register('A');
    await party.register('B');
    smDs.pass(lifetimeMs - hour);
    await party.register('C');
    smDs.pass(hour);
    expect(await party.discover()).toEqual([`C@${aozora.address}`]);
    expect(await party.remove('A')).toBe('8.9.5/3.9');
    expect(await party.register('B', { eid: euiccs[1].eid })).toBe('ok');
    await upkeep(smDs.context);
    expect(await party.countOf(aozora.owner)).toBe(2);
    expect(await smDs.context.prisma.event.count()).toBe(2);
  });

  it('are no more than so many for an EID, however many register at once', async () => {
    // Owners that are known don't wait for each other.
    for (const by of owners) await party.register('elsewhere', { by, eid: euiccs[1].eid });
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, index) => party.register(`E${index}`, { by: index % 2 ? aozora : minato })),
    );
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === '8.9/4.8')).toHaveLength(7);
    expect(await party.discover()).toHaveLength(5);
    expect(await party.register('there is room elsewhere', { eid: euiccs[1].eid })).toBe('ok');
  });

  it('are refused with an identifier that can not be stored', async () => {
    expect(await party.register('A\0B')).toBe('1.6/2.1');
    expect(await party.remove('A\0B')).toBe('8.9.5/3.9');
  });

  it('are registered once by two calls at once', async () => {
    const outcomes = await Promise.all(['one', 'two'].map((call) => party.register('A', { call })));
    expect(outcomes.sort()).toEqual(['8.9.5/3.3', 'ok']);
  });
});

describe('events of one owner', () => {
  it('are no more than so many, and make room when they go', async () => {
    const smDs = await makeSmDs(deployment, { env: { TEGATA_EVENTS_PER_OWNER: '4' } });
    const { register, remove, countOf } = parties(smDs);
    const eids = euiccs.map(({ eid }) => eid);
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, index) => register(`E${index}`, { eid: eids[index % 2] ?? '' })),
    );
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(4);
    expect(await countOf(aozora.owner)).toBe(4);
    expect(await register('other', { by: minato })).toBe('ok');
    const kept = outcomes.indexOf('ok');
    expect(await remove(`E${kept}`, { eid: eids[kept % 2] ?? '' })).toBe('ok');
    expect(await register('next')).toBe('ok');
    await smDs.drop();
  });
});

/** What an SM-DS is to do, without a database: events in order of registration. */
class Model {
  readonly #lifetimeMs = lifetimeMs;
  events: { key: string; eid: string; expiresAt: number; told: string }[] = [];
  now = 0;

  #live = () => this.events.filter(({ expiresAt }) => expiresAt > this.now);

  register(owner: string, eventId: string, eid: string, address: string): string {
    const key = `${owner} ${eventId}`;
    this.events = this.#live();
    const known = this.events.find((event) => event.key === key);
    if (known) return known.eid === eid ? 'ok' : '8.9.5/3.3';
    if (this.events.filter((event) => event.eid === eid).length >= 5) return '8.9/4.8';
    this.events.push({ key, eid, expiresAt: this.now + this.#lifetimeMs, told: `${eventId}@${address}` });
    return 'ok';
  }

  remove(owner: string, eventId: string, eid: string): string {
    this.events = this.#live();
    const index = this.events.findIndex((event) => event.key === `${owner} ${eventId}` && event.eid === eid);
    if (index < 0) return '8.9.5/3.9';
    this.events.splice(index, 1);
    return 'ok';
  }

  waiting = (eid: string) => this.#live().flatMap((event) => (event.eid === eid ? [event.told] : []));
}

describe('any story of an SM-DS', () => {
  let smDs: TestSmDs;
  let party: ReturnType<typeof parties>;

  beforeAll(async () => {
    smDs = await makeSmDs(deployment, {
      env: { TEGATA_EVENT_LIFETIME_MS: `${lifetimeMs}`, TEGATA_EVENTS_PER_EID: '5' },
    });
    party = parties(smDs);
  });
  afterAll(() => smDs.drop());

  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('register' as const),
        event: fc.nat(3),
        by: fc.nat(1),
        euicc: fc.nat(1),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('remove' as const), event: fc.nat(3), by: fc.nat(1), euicc: fc.nat(1) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), hours: fc.nat(13) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('upkeep' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('discover' as const), euicc: fc.nat(1) }) },
  );

  it('goes as the model has it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        await smDs.clear();
        const model = new Model();
        for (const each of steps) {
          if (each.kind === 'pass') {
            smDs.pass(each.hours * hour);
            model.now += each.hours * hour;
          } else if (each.kind === 'upkeep') {
            await upkeep(smDs.context);
          } else {
            const euicc = euiccs[each.euicc] ?? euiccs[0];
            if (each.kind === 'discover') {
              expect(await party.discover('', euicc)).toEqual(model.waiting(euicc.eid));
              continue;
            }
            const by = owners[each.by] ?? aozora;
            const eventId = `E${each.event}`;
            const expected =
              each.kind === 'register'
                ? model.register(by.owner, eventId, euicc.eid, by.address)
                : model.remove(by.owner, eventId, euicc.eid);
            expect(await party[each.kind](eventId, { eid: euicc.eid, by })).toBe(expected);
          }
        }
        await upkeep(smDs.context);
        for (const euicc of euiccs) expect(await party.discover('', euicc)).toEqual(model.waiting(euicc.eid));
        for (const { owner } of owners) {
          const own = model.events.filter(({ key, expiresAt }) => key.startsWith(`${owner} `) && expiresAt > model.now);
          expect(await party.countOf(owner)).toBe(own.length);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('run by many at once, leaves what one order of the calls would leave', async () => {
    const race = fc.array(fc.record({ register: fc.boolean(), event: fc.nat(2), by: fc.nat(1), euicc: fc.nat(1) }), {
      minLength: 2,
      maxLength: 16,
    });
    await fc.assert(
      fc.asyncProperty(race, async (calls) => {
        await smDs.clear();
        const outcomes = await Promise.all(
          calls.map(({ register, event, by, euicc }) => {
            const more = { by: owners[by] ?? aozora, eid: euiccs[euicc]?.eid ?? '' };
            return register
              ? party.register(`E${event}`, { ...more, call: `${Math.random()}` })
              : party.remove(`E${event}`, more);
          }),
        );
        // Each success of a registration makes an event and each success of a deletion takes one.
        for (const { owner } of owners) {
          const own = calls.flatMap((call, index) =>
            owners[call.by]?.owner === owner ? [{ ...call, ok: outcomes[index] === 'ok' }] : [],
          );
          const left = own.filter(({ ok }) => ok).reduce((sum, { register }) => sum + (register ? 1 : -1), 0);
          expect(await party.countOf(owner)).toBe(left);
          expect(await smDs.context.prisma.event.count({ where: { owner } })).toBe(left);
        }
      }),
      { numRuns: 15 },
    );
  });
});
