import { rm } from 'node:fs/promises';
import { SubscriptionsService } from '@tegata/contracts/management-v1';
import { ContractPhase, type ContractRecord } from '@tegata/contracts/terminal-v1';
import { Person, type Pictures } from './testing/person.ts';
import { renderApplicant } from './testing/rendered-applicant.ts';
import { TestNetwork } from './testing/test-network.ts';

/** Processes that die between two steps, and servers that are away: nothing is lost, nothing is issued twice. */
describe('an application that is interrupted', () => {
  let network: TestNetwork;
  let pictures: Pictures & { readonly framesDirectory: string };

  beforeAll(async () => {
    network = await TestNetwork.start();
    const framesDirectory = await renderApplicant(0, 21);
    pictures = { framesDirectory, documentFile: `${framesDirectory}/document.jpg` };
  }, 180_000);

  afterAll(async () => {
    await network?.stop();
    if (pictures) await rm(pictures.framesDirectory, { recursive: true, force: true });
  }, 60_000);

  const subscriptionsOf = async (carrier: string): Promise<number> => {
    const connection = await network.asOperator(`management/${carrier}`);
    const request = { pageSize: 500, pageToken: '' };
    return (await connection.client(SubscriptionsService).listSubscriptions(request)).subscriptions.length;
  };

  /**
   * Applies, and does something at once when a step has ended. The application may fail by that, or wait and go on by itself;
   * then it is resumed until it is complete. A server that is just starting may refuse a few times.
   */
  const applyThrough = async (
    person: Person,
    step: string,
    interrupt: () => Promise<void>,
  ): Promise<ContractRecord> => {
    let interrupted: Promise<void> | undefined;
    let failure: unknown;
    const failed = (error: unknown) => {
      failure = error;
      return undefined;
    };
    const applied = await person
      .apply('aozora', (ended) => {
        if (ended === step) interrupted ??= interrupt();
      })
      .catch(failed);
    if (!interrupted) throw failure ?? new Error(`step ${step} was never reached`);
    await interrupted;
    if (applied?.phase === ContractPhase.COMPLETE) return applied;
    for (let tries = 0; tries < 6; tries++) {
      const record = await person.resume().catch(failed);
      if (record?.phase === ContractPhase.COMPLETE) return record;
    }
    throw failure ?? new Error('the contract is not complete after six tries');
  };

  const completesOnce = async (step: string, interrupt: (person: Person) => Promise<void>) => {
    const before = await subscriptionsOf('aozora');
    const person = await Person.arrive(network, pictures);
    try {
      const record = await applyThrough(person, step, () => interrupt(person));
      const { profiles } = await person.terminal.es10c.getProfilesInfo({});
      expect(profiles.map(({ iccid }) => iccid)).toEqual([record.iccid]);
      expect(await subscriptionsOf('aozora')).toBe(before + 1);
      const attached = await person.terminal.lpa.attach({});
      expect(attached.iccid).toBe(record.iccid);
    } finally {
      await person.leave();
    }
  };

  it.each(['S6', 'S9', 'S12', 'S16', 'S19', 'S27', 'S33', 'S34'])(
    'because the terminal was killed after %s, goes on where it stopped',
    (step) =>
      completesOnce(step, async (person) => {
        await person.terminal.kill();
        await person.restartTerminal();
      }),
    120_000,
  );

  it.each([
    ['management/aozora', 'S9'],
    ['management/aozora', 'S18'],
    ['management/aozora', 'S27'],
    ['authentication', 'S11'],
    ['authentication', 'S18'],
    ['relay', 'S18'],
    ['relay', 'S27'],
  ])(
    'because %s was killed after %s, goes on when it is there again',
    (server, step) =>
      completesOnce(step, async () => {
        await network.network.killServer(server);
        await network.network.startServer(server);
      }),
    180_000,
  );

  it('does not need authentication for a second contract', async () => {
    const person = await Person.arrive(network, pictures);
    try {
      expect((await person.apply('aozora'))?.phase).toBe(ContractPhase.COMPLETE);
      await network.network.killServer('authentication');
      const second = await person.apply('minato');
      expect(second?.phase).toBe(ContractPhase.COMPLETE);
      expect(second?.identityVerification).toBe(false);
    } finally {
      await network.network.startServer('authentication');
      await person.leave();
    }
  }, 180_000);
});
