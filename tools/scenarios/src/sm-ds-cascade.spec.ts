import { setTimeout as sleep } from 'node:timers/promises';
import type { ManufacturedEuicc } from '@tegata/pki';
import { answeredChallenge } from '@tegata/rsp-http/testing';
import type { ServiceError } from '@tegata/service-kit';
import { SmDsPair } from './testing/sm-ds-pair.ts';

/** Asks until the answer is this one; a minute at most: what a killed process had begun is free after its lease. */
async function eventually<T>(ask: () => Promise<T>, expected: T): Promise<void> {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    const answer = await ask().catch((error: ServiceError) => {
      // A server that was killed is reached again a little after it serves.
      if (error.status !== 'UNAVAILABLE') throw error;
    });
    if (JSON.stringify(answer) === JSON.stringify(expected)) return;
    await sleep(100);
  }
  expect(await ask()).toEqual(expected);
}

/** What a call came to: `ok`, or the reason of its failure. */
const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: ServiceError) => error.reason,
  );

/** Nothing, for an event that is not there. */
const gone = (error: ServiceError): readonly [] => {
  if (error.reason !== 'EVENT_UNKNOWN') throw error;
  return [];
};

describe('an alternative and a root SM-DS, two processes', () => {
  let pair: SmDsPair;
  let smdp: Awaited<ReturnType<SmDsPair['asSmDpPlus']>>;
  let lpas: Readonly<Record<'alternative' | 'root', Awaited<ReturnType<SmDsPair['asLpa']>>>>;
  let euicc: ManufacturedEuicc;

  beforeAll(async () => {
    pair = await SmDsPair.make();
    await Promise.all([pair.start('alternative'), pair.start('root')]);
    smdp = await pair.asSmDpPlus();
    lpas = { alternative: await pair.asLpa('alternative'), root: await pair.asLpa('root') };
  });
  beforeEach(async () => {
    euicc = await pair.euicc();
  });
  afterAll(() => pair?.remove());

  /** What an SM-DS tells the eUICC: EventID and address of each event. */
  const entriesOf = async (name: 'alternative' | 'root', matchingId?: string) => {
    const es11 = lpas[name];
    const answer = await answeredChallenge(euicc, es11, { address: pair.addressOf(name), matchingId });
    const { eventEntries } = await es11.authenticateClient(answer);
    return eventEntries.map(({ eventId, rspServerAddress }) => [eventId, rspServerAddress] as const);
  };
  const addressesAtRoot = async () => (await entriesOf('root')).map(([, address]) => address);
  const here = 'smds.tegata.example';

  it('lead an LPA from the root to the SM-DP+, and nowhere when the event is deleted', async () => {
    await smdp.register(euicc.eid, 'EVENT-1');
    await eventually(addressesAtRoot, [here]);
    const [[rootEventId, next]] = (await entriesOf('root')) as [readonly [string, string]];
    expect(next).toBe(pair.addressOf('alternative'));
    expect(await entriesOf('alternative', rootEventId)).toEqual([['EVENT-1', 'rsp.aozora.example']]);
    await smdp.remove(euicc.eid, 'EVENT-1');
    await eventually(addressesAtRoot, []);
    expect(await entriesOf('alternative')).toEqual([]);
  });

  it('agree again when the root was down and the alternative lost its power in between', async () => {
    await smdp.register(euicc.eid, 'KEPT');
    await smdp.register(euicc.eid, 'DELETED');
    await eventually(addressesAtRoot, [here, here]);
    await pair.kill('root');
    await smdp.register(euicc.eid, 'LATER');
    await smdp.remove(euicc.eid, 'DELETED');
    await pair.kill('alternative');
    await Promise.all([pair.start('alternative'), pair.start('root')]);
    const eventsFromRoot = async () => {
      const found: string[] = [];
      for (const [rootEventId] of await entriesOf('root')) {
        const [event] = await entriesOf('alternative', rootEventId).catch(gone);
        found.push(event?.[0] ?? 'gone');
      }
      return found;
    };
    await eventually(eventsFromRoot, ['KEPT', 'LATER']);
  });

  it('lose nothing when either is killed at any time', async () => {
    for (const [round, victims] of ([['root'], ['alternative'], ['root', 'alternative']] as const).entries()) {
      const registered = smdp.register(euicc.eid, `EVENT-${round}`).catch(() => undefined);
      // From before the request arrives until after it was forwarded.
      await sleep(round * 20);
      await Promise.all(victims.map((victim) => pair.kill(victim)));
      await registered;
      await Promise.all(victims.map((victim) => pair.start(victim)));
      // An SM-DP+ whose answer was lost asks again, until it is connected again.
      await eventually(() => outcome(smdp.register(euicc.eid, `EVENT-${round}`)), 'ok');
    }
    await eventually(addressesAtRoot, [here, here, here]);
    for (const round of [0, 1, 2]) await smdp.remove(euicc.eid, `EVENT-${round}`);
    await eventually(addressesAtRoot, []);
  });
});
