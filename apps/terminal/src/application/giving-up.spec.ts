import { ContractState } from '@tegata/contracts/management-v1';
import type { Progress } from './run.ts';
import { FakeWorld } from './testing/fake-world.ts';
import { Interruptions } from './testing/interruptions.ts';

describe('applications of which the user wants no more', () => {
  let world: FakeWorld;

  beforeEach(() => {
    world = new FakeWorld({ aozora: {}, minato: {} });
  });
  afterEach(() => world.remove());

  it.each(['opening', 'informing', 'deciding', 'acquiring', 'installing'])(
    'are given up while they are %s, once and for all',
    async (stage) => {
      const applications = await world.stoppedIn(stage);
      // The carrier ends it, and the answer is lost.
      const calls = stage === 'opening' ? (['none', 'answer-lost'] as const) : (['answer-lost'] as const);
      world.interruptions = new Interruptions(calls);
      await expect(world.start().cancel('', world.following.signal)).rejects.toMatchObject({ status: 'UNAVAILABLE' });
      expect(world.record.stage).toBe(stage);
      const given = { stage: 'ended', state: ContractState.CANCELLED, reasons: [] };
      const { contractId } = (await applications.cancel('', world.following.signal)) as { contractId: string };
      expect(world.record).toMatchObject({ ...given, contractId });
      expect([...world.carrier('aozora').contracts.values()].map(({ id, state }) => [id, state])).toEqual([
        [contractId, ContractState.CANCELLED],
      ]);
      expect(await applications.cancel(contractId, world.following.signal)).toMatchObject(given);
      await expect(applications.cancel('', world.following.signal)).rejects.toMatchObject({ code: 'NO_OPEN_CONTRACT' });
    },
  );

  it('are given up under a run that goes on with them, which ends then; and no more once the profile is installed', async () => {
    const applications = world.start();
    const tell = async (progress: Progress) => {
      if (progress.kind === 'step' && progress.step.step === 'S12')
        cancelling = applications.cancel('', world.following.signal);
    };
    let cancelling: Promise<unknown> | undefined;
    const run = await applications.apply(world.application(), {
      ...world.following,
      tell: (progress) => void tell(progress),
    });
    expect(await cancelling).toMatchObject({ stage: 'ended', state: ContractState.CANCELLED });
    expect([run, world.record]).toMatchObject(Array(2).fill({ stage: 'ended', state: ContractState.CANCELLED }));
    const { contractId } = (await applications.apply(world.application({ carrier: 'minato' }), world.following)) as {
      contractId: string;
    };
    await expect(applications.cancel(contractId, world.following.signal)).rejects.toMatchObject({
      code: 'CONTRACT_STATE_UNSUITABLE',
    });
  });
});
