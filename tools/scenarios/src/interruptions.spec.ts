import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SubscriptionsService } from '@tegata/contracts/management-v1';
import { ContractPhase, type ContractRecord } from '@tegata/contracts/terminal-v1';
import { renderApplicant } from '@tegata/sample-applicant/testing';
import { CaFolder, issueCard } from '@tegata/test-identity-ca';
import { cardHolder, cardPin } from './testing/card-holder.ts';
import { Person, type Pictures } from './testing/person.ts';
import { TestNetwork } from './testing/test-network.ts';

/** Processes that die between two steps, and servers that are away: nothing is lost, nothing is issued twice. */
describe('an application that is interrupted', () => {
  let network: TestNetwork;
  let folder: string;
  /** An ID photo, or a card that signs: nothing is photographed then, and nothing looked at. */
  let evidence: Readonly<Record<'a photo' | 'a card', Pictures>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tegata-interruptions-'));
    const ca = CaFolder.create(join(folder, 'ca'), new Date());
    const trusted = join(folder, 'trusted');
    await mkdir(trusted);
    await writeFile(join(trusted, 'ca.cer'), ca.ca.parts.certificate);
    await writeFile(join(trusted, 'ca.crl'), ca.ca.revocationList([], new Date()));
    network = await TestNetwork.start({ authentication: { TEGATA_PERSON_CA_FOLDER: trusted } });
    const framesDirectory = await renderApplicant('holder');
    const card = join(folder, 'card');
    issueCard(ca, cardHolder, cardPin, card, new Date());
    evidence = {
      'a photo': { framesDirectory, documentFile: `${framesDirectory}/document.jpg` },
      'a card': { publicKeyDirectory: card, publicKeyPin: cardPin },
    };
  });

  afterAll(async () => {
    await network?.stop();
    await rm(folder, { recursive: true, force: true });
    if (evidence) await rm(evidence['a photo'].framesDirectory ?? '', { recursive: true, force: true });
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

  const completesOnce = async (
    shown: 'a photo' | 'a card',
    step: string,
    interrupt: (person: Person) => Promise<void>,
  ) => {
    const before = await subscriptionsOf('aozora');
    const person = await Person.arrive(network, evidence[shown]);
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

  it.each([
    ['S12', 'a photo'],
    ['S16', 'a photo'],
    ['S19', 'a photo'],
    ['S6', 'a card'],
    ['S9', 'a card'],
    ['S27', 'a card'],
    ['S33', 'a card'],
    ['S34', 'a card'],
  ] as const)('because the terminal was killed after %s, with %s, goes on where it stopped', (step, shown) =>
    completesOnce(shown, step, async (person) => {
      await person.terminal.kill();
      await person.restartTerminal();
    }),
  );

  it.each([
    ['management/aozora', 'S18', 'a photo'],
    ['authentication', 'S18', 'a photo'],
    ['relay', 'S18', 'a photo'],
    ['management/aozora', 'S9', 'a card'],
    ['management/aozora', 'S27', 'a card'],
    ['authentication', 'S11', 'a card'],
    ['relay', 'S27', 'a card'],
  ] as const)('because %s was killed after %s, with %s, goes on when it is there again', (server, step, shown) =>
    completesOnce(shown, step, async () => {
      await network.network.killServer(server);
      await network.network.startServer(server);
    }),
  );

  it('does not need authentication for a second contract', async () => {
    const person = await Person.arrive(network, evidence['a card']);
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
  });
});
