import fc from 'fast-check';
import { type ContractRecord, isOver } from './contract-record.ts';
import { isTransient } from './failures.ts';
import { FakeWorld } from './testing/fake-world.ts';
import { type Interruption, Interruptions } from './testing/interruptions.ts';

const firstChart = 'S5 S6 S7 S8 S9 S10 S11 S12 S16 S17 S18 S19 S27 S32 S33 S34 S35'.split(' ');
const laterChart = 'S41 S42 S43 S44 S45 S46 S47 S48 S53 S56 S57 S58'.split(' ');
/** How long an interrupted application waits for the user. */
const pauseMs = 3_600_000;

/** Does what a patient user does: applies, and resumes as long as it takes. Returns how often the program was started. */
async function persist(world: FakeWorld, carrier: string): Promise<number> {
  const mine = () => world.store.all().find((record) => record.carrier === carrier);
  for (let starts = 1; starts < 200; starts++) {
    const applications = world.start();
    const record = mine();
    if (record !== undefined && isOver(record)) return starts - 1;
    try {
      if (record === undefined) await applications.apply(world.application({ carrier }), world.following);
      else await applications.resume({ id: '', password: world.euicc.password, evidence: undefined }, world.following);
    } catch (error) {
      // Killed, or a server that couldn't be reached: the user starts the program again. Anything else is a fault.
      if (!world.interruptions.killed && !isTransient(error)) throw error;
      world.pass(pauseMs);
    }
  }
  throw new Error(`still not over after 200 starts, at stage ${mine()?.stage}`);
}

function expectFulfilled(world: FakeWorld, name: string, record: ContractRecord, chart: readonly string[]): void {
  const carrier = world.carrier(name);
  expect(record.stage).toBe('complete');
  expect(carrier.contracts.size).toBe(1);
  expect(carrier.profilesMade).toBe(1);
  expect(world.euicc.notifications).toEqual([]);
  const [contract] = carrier.contracts.values();
  expect(contract?.steps.map(({ step }) => step).sort()).toEqual([...chart].sort());
  // A step takes the time in which somebody took it.
  expect(contract?.steps.filter(({ durationUs }) => Number(durationUs) >= pauseMs * 1000)).toEqual([]);
  expect(carrier.waiting.size).toBe(0);
}

const interruptions: readonly Interruption[] = ['unreachable', 'answer-lost', 'killed-before', 'killed-after'];

describe('a first contract', () => {
  it('completes without interruption, recording every step once', async () => {
    const world = new FakeWorld();
    expect(await persist(world, 'aozora')).toBe(1);
    expectFulfilled(world, 'aozora', world.record, firstChart);
    expect(world.carrier('aozora').verifications).toBe(1);
    expect(world.euicc.certificate).toBeDefined();
    expect(world.record).toMatchObject({ identityVerification: true, flow: 'first' });
    world.remove();
  });

  it('completes after an interruption of any kind at any call or write, with nothing issued twice', async () => {
    const undisturbed = new FakeWorld();
    await persist(undisturbed, 'aozora');
    const places = undisturbed.interruptions.passed;
    undisturbed.remove();
    expect(places).toBeGreaterThan(30);
    for (let place = 0; place < places; place++) {
      for (const interruption of interruptions) {
        const world = new FakeWorld();
        world.interruptions = new Interruptions([...Array<Interruption>(place).fill('none'), interruption]);
        await persist(world, 'aozora');
        expectFulfilled(world, 'aozora', world.record, firstChart);
        expect(world.carrier('aozora').verifications).toBe(1);
        world.remove();
      }
    }
  });
});

describe('a first contract and one with another carrier', () => {
  it('complete under any sequence of interruptions; the second makes no identity verification', async () => {
    const anInterruption = fc.constantFrom<Interruption>('none', 'none', 'none', 'none', ...interruptions);
    await fc.assert(
      fc.asyncProperty(fc.array(anInterruption, { maxLength: 120 }), async (plan) => {
        const world = new FakeWorld({ aozora: {}, minato: {} });
        try {
          world.interruptions = new Interruptions(plan);
          await persist(world, 'aozora');
          await persist(world, 'minato');
          const [second, first] = world.store.all();
          if (first === undefined || second === undefined) throw new Error('two records are expected');
          expectFulfilled(world, 'aozora', first, firstChart);
          expectFulfilled(world, 'minato', second, laterChart);
          expect(world.carrier('minato').verifications).toBe(0);
          expect(second.identityVerification).toBe(false);
          expect(new Set(world.euicc.releases)).toEqual(new Set(world.carrier('minato').contracts.keys()));
          expect(world.euicc.profiles).toHaveLength(2);
        } finally {
          world.remove();
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('a contract for which the certificate is not enough', () => {
  it('goes on with identity documents by itself, under any interruptions', async () => {
    const anInterruption = fc.constantFrom<Interruption>('none', 'none', 'none', ...interruptions);
    await fc.assert(
      fc.asyncProperty(fc.array(anInterruption, { maxLength: 80 }), async (plan) => {
        const world = new FakeWorld({ aozora: {}, minato: { certificateEnough: false } });
        try {
          await persist(world, 'aozora');
          world.interruptions = new Interruptions(plan);
          await persist(world, 'minato');
          const [second] = world.store.all();
          if (second === undefined) throw new Error('no record');
          const expected = [...laterChart.slice(0, 8), ...firstChart.filter((step) => step !== 'S5' && step !== 'S6')];
          expectFulfilled(world, 'minato', second, expected);
          expect(world.carrier('minato').verifications).toBe(1);
          expect(second.identityVerification).toBe(true);
        } finally {
          world.remove();
        }
      }),
      { numRuns: 25 },
    );
  });
});
